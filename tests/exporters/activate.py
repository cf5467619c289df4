"""Holds listening sockets and hands them to one process after the other, as systemd does.

activate.py NAME,... PROGRAM ARGUMENT...; obeys lines on standard input: `start` starts the program
with a socket for each name, from file 3 on, `stop` asks it to end and waits. Ends, and kills it,
when its input ends. Says `ended CODE` after each stop; the program's own lines in between.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys

FIRST_PLACE = 3
# Files above this are in nobody's way.
APART = 100
SCRIPT = 'LISTEN_PID=$$ exec "$@"'


def listen(count):
    """Opens sockets and puts them where they are looked for; their places."""
    apart = []
    for _ in range(count):
        listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        apart.append(fcntl.fcntl(listener.detach(), fcntl.F_DUPFD_CLOEXEC, APART))
    return [os.dup2(file, FIRST_PLACE + place) for place, file in enumerate(apart)]


def main():
    """Obeys until the input ends."""
    names, *command = sys.argv[1:]
    places = listen(len(names.split(",")))
    handed = {"LISTEN_FDS": str(len(places)), "LISTEN_FDNAMES": names.replace(",", ":")}
    child = None
    for line in sys.stdin:
        if line == "start\n":
            shell = ["sh", "-c", SCRIPT, "sh", *command]
            child = subprocess.Popen(shell, pass_fds=places, env={**os.environ, **handed})
        elif child:
            child.send_signal(signal.SIGTERM)
            print(f"ended {child.wait()}", flush=True)
    if child and child.poll() is None:
        child.kill()


main()
