metadata name = 'Understudy'
metadata description = 'The Functions app, its storage, its events and its telemetry, joined by one identity and no keys.'

targetScope = 'resourceGroup'

import { flexInstanceMemory } from 'modules/types.bicep'

// ---------- parameters ----------

@description('Where everything is put. A region that offers Flex Consumption.')
param location string = resourceGroup().location

@description('Starts every resource name, so that two deployments in one group tell themselves apart.')
@minLength(3)
@maxLength(12)
param name string = 'understudy'

@description('Tags of every resource.')
param tags { *: string } = {}

@description('Memory of one instance of the app, in MiB. The small models and their sessions have to fit.')
param instanceMemory flexInstanceMemory = 4096

@description('The app never runs on more instances than this.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 20

@description('Days that telemetry is kept.')
@minValue(30)
@maxValue(730)
param telemetryRetentionDays int = 30

@description('Days in which a deleted blob can be brought back.')
@minValue(1)
@maxValue(365)
param blobRetentionDays int = 14

@description('Turn on once the code is deployed: only then does the app have the key with which it accepts blob events.')
param subscribeToBatches bool = false

// ---------- names ----------

// Worked out before anything is deployed, so that a what-if sees all of it.
var suffix = uniqueString(resourceGroup().id, name)
var identityName = '${name}-identity'
var storageAccountName = take('${replace(name, '-', '')}${suffix}', 24)
var topicName = '${name}-events-${suffix}'
var applicationInsightsName = '${name}-insights'
var functionAppName = '${name}-${suffix}'

// ---------- resources ----------

module identity 'modules/identity.bicep' = {
  params: {
    location: location
    name: identityName
    tags: tags
  }
}

module telemetry 'modules/telemetry.bicep' = {
  params: {
    location: location
    name: applicationInsightsName
    workspaceName: '${name}-logs'
    retentionDays: telemetryRetentionDays
    tags: tags
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    location: location
    name: storageAccountName
    retentionDays: blobRetentionDays
    tags: tags
  }
}

module events 'modules/events.bicep' = {
  params: {
    location: location
    name: topicName
    tags: tags
  }
}

module access 'modules/rbac.bicep' = {
  params: {
    principalId: identity.outputs.principalId
    principalName: identityName
    storageAccountName: storageAccountName
    topicName: topicName
    applicationInsightsName: applicationInsightsName
  }
  dependsOn: [storage, events, telemetry]
}

module app 'modules/function-app.bicep' = {
  params: {
    location: location
    name: functionAppName
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageAccountName: storageAccountName
    packageContainerUri: storage.outputs.packageContainerUri
    topicEndpoint: events.outputs.endpoint
    applicationInsightsName: applicationInsightsName
    instanceMemory: instanceMemory
    maximumInstances: maximumInstances
    tags: tags
  }
  // The app reads its package and its host storage from the first second on.
  dependsOn: [access]
}

module batchEvents 'modules/batch-events.bicep' = if (subscribeToBatches) {
  params: {
    location: location
    name: '${name}-blobs-${suffix}'
    storageAccountName: storageAccountName
    functionAppName: functionAppName
    tags: tags
  }
  dependsOn: [storage, app]
}

// ---------- outputs ----------

@description('The app, as the deployment of its code names it.')
output functionAppName string = functionAppName

@description('Where the HTTP API answers.')
output endpoint string = app.outputs.endpoint

@description('The account that holds batches, results and releases.')
output storageAccountName string = storageAccountName

@description('Where to subscribe to the events of releases, batches and edges.')
output topicName string = topicName
