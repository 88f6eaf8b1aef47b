#!/bin/sh
# Makes a private certificate authority, and a certificate of it for NATS and InfluxDB, with openssl.
#
#   certificates.sh FOLDER NAME...     NAME: host names and addresses under which the servers are reached
#
# Give ca.pem to every agent and collector (nats.ca, influx.ca). Keep ca.key away from the network: whoever has it can
# pose as the servers. An existing authority is kept, and only the server's certificate is made again.
set -eu

[ $# -ge 2 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
folder=$1
shift
umask 077
mkdir -p "$folder"

names=
for name in "$@"; do
  case $name in
    *[!0-9.]*) names="$names,DNS:$name" ;;
    *) names="$names,IP:$name" ;;
  esac
done

if [ ! -e "$folder/ca.key" ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
    -subj '/CN=nestwatch private authority' \
    -keyout "$folder/ca.key" -out "$folder/ca.pem" 2>/dev/null
fi
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
  -keyout "$folder/server.key" -out "$folder/server.csr" 2>/dev/null
printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "${names#,}" >"$folder/server.ext"
openssl x509 -req -in "$folder/server.csr" -days 825 -CA "$folder/ca.pem" -CAkey "$folder/ca.key" -CAcreateserial \
  -extfile "$folder/server.ext" -out "$folder/server.pem" 2>/dev/null
rm -f "$folder/server.csr" "$folder/server.ext"
chmod 644 "$folder/ca.pem" "$folder/server.pem"
echo "made $folder/ca.pem, $folder/server.pem and $folder/server.key for $*" >&2
