// The sandbox process of every pod: it holds the pod's namespaces open, reaps
// orphans when the pod shares its process namespace, and ends when asked to.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	events := make(chan os.Signal, 16)
	signal.Notify(events, syscall.SIGCHLD, syscall.SIGINT, syscall.SIGTERM)
	for event := range events {
		if event != syscall.SIGCHLD {
			return
		}
		reap()
	}
}

// Several children can end behind one SIGCHLD, so collect until none is left.
func reap() {
	for {
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
	}
}
