package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// tell sends one command to a Redis, over a connection of its own.
func tell(address, command string) error {
	connection, err := net.DialTimeout("tcp", address, 2*time.Second)
	if err != nil {
		return err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(2 * time.Second))
	fmt.Fprintf(connection, "%s\r\n", command)
	line, err := bufio.NewReader(connection).ReadString('\n')
	if err == nil && strings.HasPrefix(line, "-") {
		return errors.New(strings.TrimSpace(line))
	}
	return err
}
