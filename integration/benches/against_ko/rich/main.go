// A server with the clients that a service of a company has: 57 modules or so.
package main

import (
	"context"
	"net/http"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"
	"gopkg.in/yaml.v3"
)

const answer = "hello"

func main() {
	logger, _ := zap.NewProduction()
	router := gin.New()
	router.GET("/", func(context *gin.Context) { context.String(http.StatusOK, answer) })
	router.GET("/metrics", gin.WrapH(promhttp.Handler()))
	router.GET("/tables", func(request *gin.Context) {
		settings, err := config.LoadDefaultConfig(request)
		if err != nil {
			_ = request.Error(err)
			return
		}
		tables, _ := dynamodb.NewFromConfig(settings).ListTables(request, nil)
		buckets, _ := s3.NewFromConfig(settings).ListBuckets(request, nil)
		text, _ := yaml.Marshal([]any{tables, buckets})
		request.Data(http.StatusOK, "application/yaml", text)
	})
	router.GET("/store", func(request *gin.Context) {
		pool, err := pgxpool.New(context.Background(), os.Getenv("DATABASE_URL"))
		if err == nil {
			err = pool.Ping(request)
		}
		cache := redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS")})
		logger.Info("asked", zap.Error(err), zap.Error(cache.Ping(request).Err()))
	})
	_ = router.Run(":" + os.Getenv("PORT"))
}
