# What Benchmarks/run, table and compare share: a folder that is gone at the end, a broker, and medians. To be sourced, from the package's root.

work=$(mktemp -d)
kafka=../shared/kafka/kafka.sh
cleanup() {
  if [[ -f $work/kafka/cluster ]]; then "$kafka" stop --dir "$work/kafka" || true; fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

build() {  # build [PACKAGE]: builds retry-bench of a checkout, this one if none is named, and prints where it is
  local package=${1:-.}
  # SwiftPM looks for files that are new in the library only when it plans the build anew.
  touch "$package/Benchmarks/Package.swift"
  swift build -c release --package-path "$package/Benchmarks" >&2
  echo "$(swift build -c release --package-path "$package/Benchmarks" --show-bin-path)/retry-bench"
}

start_broker() {  # sets boot: the broker at KAFKA_BOOTSTRAP, or one that ends with this script, with a broker's own settings given as --set NAME=VALUE
  boot=${KAFKA_BOOTSTRAP:-}
  if [[ -n $boot ]]; then return; fi
  [[ -x $kafka ]] || { echo "$0: set KAFKA_BOOTSTRAP to a broker with transactions" >&2; exit 69; }
  local port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  boot=$("$kafka" start --dir "$work/kafka" --port "$port" "$@")
}

machine() { echo "machine: $(nproc) CPUs, load $(load) at the start"; }
load() { cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || uptime; }
field() { sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p"; }  # a number of a line of results
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
usage() { sed -n '2,/^set /s/^# \{0,1\}//p' "$0" >&2; exit 64; }  # the script's own head
