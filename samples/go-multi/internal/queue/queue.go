// Package queue is a queue of jobs in a directory that several programs can see: one file a job.
package queue

import (
	"os"
	"path/filepath"
	"sort"
)

// Queue is a directory of jobs.
type Queue struct{ directory string }

// Open makes the directory if it is not there.
func Open(directory string) (Queue, error) {
	return Queue{directory}, os.MkdirAll(directory, 0o755)
}

// FromEnvironment opens the directory QUEUE_DIRECTORY, by default one for temporary files.
func FromEnvironment() (Queue, error) {
	directory := os.Getenv("QUEUE_DIRECTORY")
	if directory == "" {
		directory = filepath.Join(os.TempDir(), "queue")
	}
	return Open(directory)
}

// Put adds a job. It appears by a rename, so that Take never sees half of it.
func (q Queue) Put(text string) error {
	file, err := os.CreateTemp(q.directory, ".new-")
	if err != nil {
		return err
	}
	if _, err := file.WriteString(text); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	name := "job-" + filepath.Base(file.Name())[len(".new-"):]
	return os.Rename(file.Name(), filepath.Join(q.directory, name))
}

// Take removes a job and returns its text; false when there is none.
func (q Queue) Take() (string, bool, error) {
	names, err := filepath.Glob(filepath.Join(q.directory, "job-*"))
	if err != nil || len(names) == 0 {
		return "", false, err
	}
	sort.Strings(names)
	text, err := os.ReadFile(names[0])
	if err != nil {
		return "", false, err
	}
	return string(text), true, os.Remove(names[0])
}
