#!/bin/sh
# await-app.sh GROUP APP: waits until the host of a newly published app has made the key with which it accepts blob events, and knows its functions.
# The events can only be subscribed to afterwards. It asks the subscription AZURE_SUBSCRIPTION_ID, as azd names its own, else the one that az is set to.
set -eu
group=$1
app=$2
set -- --resource-group "$group" --name "$app" --output tsv
[ -z "${AZURE_SUBSCRIPTION_ID:-}" ] || set -- "$@" --subscription "$AZURE_SUBSCRIPTION_ID"
az account show > /dev/null # says itself what is missing
said=$(mktemp)
trap 'rm -f "$said"' EXIT
for _ in $(seq 60); do
  key=$(az functionapp keys list "$@" --query systemKeys.blobs_extension 2> "$said") || key=
  own=$(az functionapp function show "$@" --function-name OwnEvent --query name 2>> "$said") || own=
  if [ -n "$key" ] && [ -n "$own" ]; then
    exit 0
  fi
  sleep 10
done
echo "The app '$app' in '$group' has not started within ten minutes: its log stream (az webapp log tail) says why. Deploy again once it runs." >&2
[ ! -s "$said" ] || { echo "What az said last:" && tail -n 5 "$said"; } >&2
exit 1
