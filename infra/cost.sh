#!/bin/sh
# cost.sh [REQUESTS_A_SECOND ...]: what a deployment comes to in 30 days, as the table of docs/deploy.md. Every price and quantity is an assumption: set yours, as in
# GPU_HOUR=0.90 TRACES_KEPT=0.05 infra/cost.sh 20
set -eu
[ $# -gt 0 ] || set -- 1 50 1000

# Quantities.
: "${HOURS:=720}"               # with traffic, of the 720 of 30 days
: "${DEFERRED:=0.031}"          # share of requests that goes to the lead
: "${INSTANCE_RATE:=478}"       # requests a second of one instance: of 'bench scale', 60 % busy
: "${HTTP_READY:=2}"            # instances that are always ready for requests, as main.prod.bicepparam has them
: "${ALWAYS_READY:=12}"         # and all of them: with zoneRedundant two for each group of functions (http, durable, blob) and each function outside them (OwnEvent, PoisonBlob, Reconcile)
: "${MEMORY:=4}"                # GB of an instance
: "${VERIFY_SECONDS:=0.2}"      # of a GPU, for a request that is deferred
: "${GPU_USED:=0.6}"            # share of a replica's time
: "${COOLDOWN:=600}"            # seconds that a replica stays after its last request
: "${WARM_HOURS:=260}"          # with a warm replica, as main.prod.bicepparam has them
: "${TRAININGS:=8}"
: "${TRAINING_MINUTES:=45}"
: "${OPERATIONS_A_SECOND:=2}"   # on the account, of an instance: leases, queues, the look for releases
: "${OPERATIONS_DEFERRED:=0.2}" # for a deferred request
: "${LESSON_KB:=2}"             # of a deferred request, kept for a year
: "${LESSONS_A_BLOCK:=100}"     # each block is an event, and its delivery
: "${KB_A_REQUEST:=4}"          # of telemetry
: "${TRACES_KEPT:=1}"           # tracesKept
: "${SIGNATURES:=1000}"

# Prices, in whatever currency.
: "${GB_SECOND:=0.000026}"      # of an instance at work, as the Flex Consumption plan bills it: a second at least, once a request has come
: "${EXECUTIONS_MILLION:=0.40}"
: "${READY_GB_SECOND:=0.000004}"
: "${GPU_HOUR:=1.20}"           # of a replica: GPU, cores and memory
: "${CORE_SECOND:=0.000024}"
: "${GIB_SECOND:=0.000003}"
: "${STORAGE_GB:=0.02}"
: "${STORAGE_10000:=0.05}"
: "${EVENTS_MILLION:=0.60}"
: "${LOGS_GB:=2.50}"
: "${VAULT_10000:=0.03}"
: "${REGISTRY_DAY:=0.67}"
: "${ALERTS_MONTH:=2}"

export HOURS DEFERRED INSTANCE_RATE HTTP_READY ALWAYS_READY MEMORY VERIFY_SECONDS GPU_USED COOLDOWN WARM_HOURS TRAININGS TRAINING_MINUTES OPERATIONS_A_SECOND OPERATIONS_DEFERRED \
  LESSON_KB LESSONS_A_BLOCK KB_A_REQUEST TRACES_KEPT SIGNATURES GB_SECOND EXECUTIONS_MILLION READY_GB_SECOND GPU_HOUR CORE_SECOND GIB_SECOND STORAGE_GB STORAGE_10000 EVENTS_MILLION LOGS_GB \
  VAULT_10000 REGISTRY_DAY ALERTS_MONTH

LC_ALL=C awk '
function e(name) { return ENVIRON[name] + 0 }
function max(a, b) { return a > b ? a : b }
function up(x) { return x == int(x) ? x : int(x) + 1 }
function grouped(x,  s, out) { s = sprintf("%.0f", x); out = ""; while (length(s) > 3) { out = "," substr(s, length(s) - 2) out; s = substr(s, 1, length(s) - 3) } return s out }
function row(name, formula) { line = "| " name " | " formula " |"; for (i = 1; i < ARGC; i++) line = line " " grouped(value[i]) " |"; print line }
function add(name, formula) { row(name, formula); for (i = 1; i < ARGC; i++) total[i] += value[i] }
BEGIN {
  month = 30 * 24 * 3600; busy = e("HOURS") * 3600
  line = "| a month of | formula |"; rule = "| --- | --- |"
  for (i = 1; i < ARGC; i++) {
    rate[i] = ARGV[i] + 0; r[i] = rate[i] * busy; deferred[i] = r[i] * e("DEFERRED"); instances[i] = max(e("HTTP_READY"), up(rate[i] / e("INSTANCE_RATE")))
    # A replica works, or stays warm after the last request until none has come for so long.
    up_hours = e("HOURS") * (1 - exp(-rate[i] * e("DEFERRED") * e("COOLDOWN")))
    zero[i] = max(deferred[i] * e("VERIFY_SECONDS") / e("GPU_USED") / 3600, up_hours)
    line = line " " grouped(rate[i]) " a second |"; rule = rule " --- |"
  }
  print line; print rule
  # A billed second begins with a request, the next one with the first request after it.
  for (i = 1; i < ARGC; i++) value[i] = instances[i] * rate[i] / (instances[i] + rate[i]) * busy * e("MEMORY") * e("GB_SECOND")
  add("app: at work", "instances · requests a second / (instances + requests a second) · HOURS · 3,600 · MEMORY · GB_SECOND")
  for (i = 1; i < ARGC; i++) value[i] = r[i] / 1e6 * e("EXECUTIONS_MILLION")
  add("app: executions", "requests / 10⁶ · EXECUTIONS_MILLION")
  for (i = 1; i < ARGC; i++) value[i] = e("ALWAYS_READY") * e("MEMORY") * month * e("READY_GB_SECOND")
  add("app: always ready", "ALWAYS_READY · MEMORY · 2,592,000 · READY_GB_SECOND")
  for (i = 1; i < ARGC; i++) value[i] = zero[i]
  row("*GPU hours, to zero*", "max(deferred · VERIFY_SECONDS / GPU_USED / 3,600, HOURS · (1 − e^(−deferred a second · COOLDOWN)))")
  for (i = 1; i < ARGC; i++) value[i] = zero[i] * e("GPU_HOUR")
  add("verifier, to zero", "those hours · GPU_HOUR")
  for (i = 1; i < ARGC; i++) value[i] = (max(zero[i], e("WARM_HOURS")) - zero[i]) * e("GPU_HOUR")
  add("verifier, warm hours besides", "(max(those hours, WARM_HOURS) − those hours) · GPU_HOUR")
  for (i = 1; i < ARGC; i++) value[i] = e("TRAININGS") * e("TRAINING_MINUTES") * 60 * (4 * e("CORE_SECOND") + 8 * e("GIB_SECOND"))
  add("trainer", "TRAININGS · TRAINING_MINUTES · 60 · (4 · CORE_SECOND + 8 · GIB_SECOND)")
  for (i = 1; i < ARGC; i++) value[i] = ((instances[i] + e("ALWAYS_READY") - e("HTTP_READY")) * month * e("OPERATIONS_A_SECOND") + deferred[i] * e("OPERATIONS_DEFERRED")) / 10000 * e("STORAGE_10000")
  add("storage: operations", "((instances + ALWAYS_READY − HTTP_READY) · 2,592,000 · OPERATIONS_A_SECOND + deferred · OPERATIONS_DEFERRED) / 10⁴ · STORAGE_10000")
  for (i = 1; i < ARGC; i++) value[i] = 12 * deferred[i] * e("LESSON_KB") / 1e6 * e("STORAGE_GB")
  add("storage: a year of lessons", "12 · deferred · LESSON_KB / 10⁶ · STORAGE_GB")
  for (i = 1; i < ARGC; i++) value[i] = 2 * deferred[i] / e("LESSONS_A_BLOCK") / 1e6 * e("EVENTS_MILLION")
  add("events", "2 · deferred / LESSONS_A_BLOCK / 10⁶ · EVENTS_MILLION")
  for (i = 1; i < ARGC; i++) value[i] = r[i] * e("TRACES_KEPT") * e("KB_A_REQUEST") / 1e6 * e("LOGS_GB")
  add("telemetry", "requests · TRACES_KEPT · KB_A_REQUEST / 10⁶ · LOGS_GB")
  for (i = 1; i < ARGC; i++) value[i] = e("SIGNATURES") / 10000 * e("VAULT_10000")
  add("vault", "SIGNATURES / 10⁴ · VAULT_10000")
  for (i = 1; i < ARGC; i++) value[i] = 30 * e("REGISTRY_DAY")
  add("registry", "30 · REGISTRY_DAY")
  for (i = 1; i < ARGC; i++) value[i] = e("ALERTS_MONTH")
  add("alerts", "ALERTS_MONTH")
  for (i = 1; i < ARGC; i++) value[i] = total[i]
  row("**all**", "")
}' "$@"
