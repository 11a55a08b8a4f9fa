// The worker process: takes jobs from the queue and logs how long they are.
package main

import (
	"context"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/go-multi/internal/queue"
)

const pause = 500 * time.Millisecond

func main() {
	jobs, err := queue.FromEnvironment()
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	log.Print("waiting for jobs")
	for {
		text, found, err := jobs.Take()
		if err != nil {
			log.Fatal(err)
		}
		if found {
			log.Printf("a job of %d bytes", len(text))
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}
