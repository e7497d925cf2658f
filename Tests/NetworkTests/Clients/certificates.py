"""Makes an authority and the certificates that a client must and must not take."""

import os
import subprocess
import sys

os.chdir(sys.argv[3])


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def write(name, text):
    with open(name, "w") as file:
        file.write(text)


write("ca.conf", """
[ca]
default_ca = own
[own]
database = index
serial = serial
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
""")
write("index", "")
write("serial", "01")
for authority in ["ca", "other"]:
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{authority}.key",
            "-out", f"{authority}.pem", "-days", "2", "-subj", f"/CN={authority}")
for name, host, first, last in [
    ("good", "DNS:localhost", "20200101000000Z", "20991231000000Z"),
    ("address", "IP:127.0.0.1", "20200101000000Z", "20991231000000Z"),
    ("expired", "DNS:localhost", "20200101000000Z", "20210101000000Z"),
    ("future", "DNS:localhost", "20980101000000Z", "20991231000000Z"),
    ("elsewhere", "DNS:example.com", "20200101000000Z", "20991231000000Z"),
]:
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", "request",
            "-subj", f"/CN={name}", "-addext", f"subjectAltName={host}")
    openssl("ca", "-batch", "-notext", "-config", "ca.conf", "-in", "request",
            "-startdate", first, "-enddate", last, "-out", f"{name}.pem")
openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "self.key", "-out", "self.pem",
        "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import wire

wire.request("POST", "/verdict", "ok")
