#!/bin/sh
# await-app.sh GROUP APP: waits until the host of a newly published app has made the key with which it accepts blob events, and knows its functions.
# The events can only be subscribed to afterwards.
set -eu
group=$1
app=$2
az account show > /dev/null # says itself what is missing
for _ in $(seq 60); do
  key=$(az functionapp keys list --resource-group "$group" --name "$app" --query systemKeys.blobs_extension --output tsv 2> /dev/null || true)
  own=$(az functionapp function show --resource-group "$group" --name "$app" --function-name OwnEvent --query name --output tsv 2> /dev/null || true)
  if [ -n "$key" ] && [ -n "$own" ]; then
    exit 0
  fi
  sleep 10
done
echo "The app '$app' in '$group' has not started within ten minutes: its log stream (az webapp log tail) says why. Deploy again once it runs." >&2
exit 1
