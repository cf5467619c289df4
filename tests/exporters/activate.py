"""Holds a listening socket and hands it to one process after the other, as systemd does.

activate.py PROGRAM ARGUMENT...; obeys lines on standard input: `start` starts the program with
the socket as file 3, `stop` asks it to end and waits. Ends, and kills it, when its input ends.
Says `socket HOST:PORT` first, `ended CODE` after each stop; the program's own lines in between.
"""

import os
import signal
import socket
import subprocess
import sys

PLACE = 3
SCRIPT = 'LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=http exec "$@"'


def main():
    """Obeys until the input ends."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    host, port = listener.getsockname()
    # The socket of before, if it is not in its place already, is not needed beside it.
    os.dup2(listener.fileno(), PLACE)
    if listener.fileno() != PLACE:
        listener.close()
    else:
        listener.detach()
    print(f"socket {host}:{port}", flush=True)
    child = None
    for line in sys.stdin:
        if line == "start\n":
            child = subprocess.Popen(["sh", "-c", SCRIPT, "sh", *sys.argv[1:]], pass_fds=[PLACE])
        elif child:
            child.send_signal(signal.SIGTERM)
            print(f"ended {child.wait()}", flush=True)
    if child and child.poll() is None:
        child.kill()


main()
