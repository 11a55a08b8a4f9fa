package queue

import "testing"

func TestWhatWasPutIsTakenOnce(t *testing.T) {
	queue, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := queue.Put("hello"); err != nil {
		t.Fatal(err)
	}
	if text, found, err := queue.Take(); text != "hello" || !found || err != nil {
		t.Fatalf("%q %v %v", text, found, err)
	}
	if _, found, err := queue.Take(); found || err != nil {
		t.Fatalf("%v %v", found, err)
	}
}
