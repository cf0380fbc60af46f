// Command forward gives the host ways into a cluster's network namespace: it listens on free ports of the host's
// 127.0.0.1 and dials inside the namespace. A socket belongs to the namespace in which it was made, so it listens first
// and then executes itself again inside, with the sockets inherited.
//
//	forward outside PID ADDRESS...   prints the ports, one a line
//	forward inside PID ADDRESS...    the file descriptors from firstListener on are the listeners
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

// The descriptors below it are the runtime's own: it polls one of them at any moment, and ends if that is another file.
const firstListener = 100

func main() {
	if len(os.Args) < 4 {
		log.Fatal("usage: forward outside|inside PID ADDRESS...")
	}
	pid, err := strconv.Atoi(os.Args[2])
	check(err)
	if os.Args[1] == "outside" {
		outside(pid, os.Args[3:])
	}
	for i, address := range os.Args[3:] {
		listener, err := net.FileListener(os.NewFile(uintptr(firstListener+i), address))
		check(err)
		go serve(listener, address)
	}
	waitFor(pid)
}

func outside(pid int, addresses []string) {
	for i := range addresses {
		listener, err := net.Listen("tcp4", "127.0.0.1:0")
		check(err)
		file, err := listener.(*net.TCPListener).File()
		check(err)
		fmt.Println(listener.Addr().(*net.TCPAddr).Port)
		check(syscall.Dup3(int(file.Fd()), firstListener+i, 0))
	}
	nsenter, err := exec.LookPath("nsenter")
	check(err)
	self, err := os.Executable()
	check(err)
	args := append([]string{nsenter, "-t", strconv.Itoa(pid), "-n", self, "inside", strconv.Itoa(pid)}, addresses...)
	check(syscall.Exec(nsenter, args, os.Environ()))
}

func serve(listener net.Listener, address string) {
	for {
		client, err := listener.Accept()
		if err != nil {
			log.Print(err)
			time.Sleep(10 * time.Millisecond)
			continue
		}
		go join(client.(*net.TCPConn), address)
	}
}

func join(client *net.TCPConn, address string) {
	defer client.Close()
	connection, err := net.Dial("tcp4", address)
	if err != nil {
		client.SetLinger(0)
		return
	}
	server := connection.(*net.TCPConn)
	defer server.Close()
	done := make(chan struct{})
	go func() {
		pass(server, client)
		close(done)
	}()
	pass(client, server)
	<-done
}

// pass copies until the source ends, and tells the target just that; a source that breaks breaks the target too.
func pass(to, from *net.TCPConn) {
	if _, err := io.Copy(to, from); err != nil {
		to.SetLinger(0)
		to.Close()
		from.Close()
		return
	}
	to.CloseWrite()
}

// waitFor returns when the process pid has ended, whoever its parent is.
func waitFor(pid int) {
	const pidfdOpen = 434
	fd, _, errno := syscall.Syscall(pidfdOpen, uintptr(pid), 0, 0)
	if errno != 0 {
		return
	}
	event := struct {
		fd      int32
		events  int16
		revents int16
	}{int32(fd), 1, 0}
	for event.revents == 0 {
		syscall.Syscall(syscall.SYS_POLL, uintptr(unsafe.Pointer(&event)), 1, ^uintptr(0))
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
