metadata name = 'Understudy'
metadata description = 'The Functions app, its storage, events and telemetry, the registry and the vault; and, once their images are there, the verifier on a GPU and the job that retrains. Joined by identities, without keys.'

targetScope = 'resourceGroup'

import { busyHours, flexInstanceMemory, gpuProfile, redundancyKind } from 'modules/types.bicep'

// ---------- parameters ----------

@description('Where everything is put. A region that offers Flex Consumption.')
param location string = resourceGroup().location

@description('Starts every resource name, so that two deployments in one group tell themselves apart: a lower-case letter, then lower-case letters, digits and single hyphens inside.')
@minLength(3)
@maxLength(12)
param name string = 'understudy'

@description('Tags of every resource.')
param tags { *: string } = {}

@description('Memory of one instance of the app, in MiB. The small models and their sessions have to fit.')
param instanceMemory flexInstanceMemory = 4096

@description('The most instances that come on demand for each group of functions (http, durable, blob) and each function outside them; those that are always ready come on top.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 20

@description('Instances that are always there for each group of functions: an answer never waits for a start, and they cost all day.')
param alwaysReady { http: int, durable: int } = { http: 0, durable: 0 }

@description('Has the app, the data and the containers outlive the loss of a zone: two instances are always ready then for each group of functions and each function outside them. The region must offer it, and the containers keep what they were made with.')
param zoneRedundant bool = false

@description('Where durable workflows keep their state: in queues and tables of the account, or in a Durable Task Scheduler. The package that is published must name the same.')
param durableBackend 'storage' | 'schedulerConsumption' | 'schedulerDedicated' = 'storage'

@description('Copies of the data, where nothing else has to outlive the loss of a zone.')
param redundancy redundancyKind = 'Standard_LRS'

@description('Days after which a batch and its results are deleted.')
@minValue(1)
param batchDays int = 90

@description('Days after which a lesson, an edge report, a quarantined blob or an account of a day is deleted.')
@minValue(1)
param lessonDays int = 365

@description('The image of the verifier, once it is in the registry: name and tag, or digest. Empty for no verifier.')
param verifierImage string = ''

@description('The GPU of the verifier; the region must offer it.')
param gpu gpuProfile = 'Consumption-GPU-NC8as-T4'

@description('The verifier never runs on fewer replicas than this; each pays for a GPU all day. At least 1, or verifierWarm, where a task asks it over gRPC: that starts none.')
@minValue(0)
@maxValue(100)
param verifierMinimumReplicas int = 0

@description('The verifier never runs on more replicas than this; each pays for a GPU.')
@minValue(1)
@maxValue(100)
param verifierMaximumReplicas int = 2

@description('Requests in flight for which one more replica is started.')
@minValue(1)
param requestsAReplica int = 8

@description('Hours in which replicas of the verifier are kept warm; outside them the first caller waits for a start.')
param verifierWarm busyHours[] = []

@description('The image of the trainer, once it is in the registry. Empty for no retraining in the cloud.')
param trainerImage string = ''

@description('A training that takes longer than this is ended, to the minute: by the app, which says so, and if that is away by the job, ten minutes later.')
@minValue(600)
@maxValue(85800)
param trainingSeconds int = 14400

@description('Addresses of the network, a /16 to /22; there is one when there are containers.')
param addressPrefix string = '10.40.0.0/16'

@description('Who is told of alerts and of the budget. Empty for nobody.')
param emails string[] = []

@description('What a month may cost before somebody is told, in the currency of the subscription; 0 for no budget. It needs budgetStart and emails.')
@minValue(0)
param monthlyBudget int = 0

@description('The first day of the month from which the budget counts, as 2026-12-01; without it there is no budget. It stays what it is: Azure does not let it move.')
param budgetStart string = ''

@description('Days that telemetry is kept.')
@minValue(30)
@maxValue(730)
param telemetryRetentionDays int = 30

@description('Share of traces that Application Insights keeps, such as 0.1, whole ones at a time; the app\'s warnings and errors are kept whatever it is.')
param tracesKept string = '1'

@description('Days in which a deleted blob can be brought back.')
@minValue(1)
@maxValue(365)
param blobRetentionDays int = 14

@description('Requests a minute that each instance of the app lets pass for each task; 0 for no quota.')
@minValue(0)
@maxValue(10000000)
param taskRequestsPerMinute int = 0

@description('Public keys in PEM whose releases are served, one after the other. Empty for those that the code ships with and the vault\'s.')
param trustedKeys string = ''

@description('The address of a collector that takes OTLP, beside Application Insights. Empty for none.')
param otlpEndpoint string = ''

@description('More settings of the app, such as Limits__BatchRecords or Quota__Tasks__mail_triage; a deployment leaves no others. A secret is a reference to a vault that the app may read.')
param settings { *: string } = {}

@description('Turn on once the code is deployed: only then does the app have the key with which it accepts blob events.')
param subscribeToBatches bool = false

// ---------- names ----------

// Worked out before anything is deployed, so that a what-if sees all of it.
var suffix = uniqueString(resourceGroup().id, name)
var identityName = '${name}-identity'
var storageAccountName = take('${replace(name, '-', '')}${suffix}', 24)
var topicName = '${name}-events-${suffix}'
var blobTopicName = '${name}-blobs-${suffix}'
var eventsIdentityName = '${name}-events-identity'
var applicationInsightsName = '${name}-insights'
var functionAppName = '${name}-${suffix}'
var registryName = take('${replace(name, '-', '')}${suffix}', 50)
var vaultName = take('${name}-${suffix}', 24)
var keyName = 'release-signing'
var verifierName = '${name}-verifier'
var trainerName = '${name}-trainer'
var schedulerName = '${name}-${suffix}'
var hubName = 'Understudy' // as host.json has it
var withVerifier = !empty(verifierImage)
var withTrainer = !empty(trainerImage)
var withContainers = withVerifier || withTrainer
var withScheduler = durableBackend != 'storage'

// ---------- resources ----------

module verifierIdentity 'modules/identity.bicep' = if (withVerifier) {
  params: {
    location: location
    name: '${verifierName}-identity'
    tags: tags
  }
}

module trainerIdentity 'modules/identity.bicep' = if (withTrainer) {
  params: {
    location: location
    name: '${trainerName}-identity'
    tags: tags
  }
}

module identity 'modules/identity.bicep' = {
  params: {
    location: location
    name: identityName
    tags: tags
  }
}

module eventsIdentity 'modules/identity.bicep' = {
  params: {
    location: location
    name: eventsIdentityName
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
    batchDays: batchDays
    lessonDays: lessonDays
    redundancy: zoneRedundant ? 'Standard_ZRS' : redundancy
    tags: tags
  }
}

module events 'modules/events.bicep' = {
  params: {
    location: location
    name: topicName
    blobsName: blobTopicName
    storageAccountName: storageAccountName
    identityId: eventsIdentity.outputs.id
    tags: tags
  }
  dependsOn: [storage]
}

module registry 'modules/registry.bicep' = {
  params: {
    location: location
    name: registryName
    tags: tags
  }
}

module vault 'modules/key-vault.bicep' = {
  params: {
    location: location
    name: vaultName
    keyName: keyName
    tags: tags
  }
}

module network 'modules/network.bicep' = if (withContainers) {
  params: {
    location: location
    name: '${name}-network'
    addressPrefix: addressPrefix
    tags: tags
  }
}

module scheduler 'modules/durable-scheduler.bicep' = if (withScheduler) {
  params: {
    location: location
    name: schedulerName
    hubName: hubName
    plan: durableBackend == 'schedulerDedicated' ? 'Dedicated' : 'Consumption'
    tags: tags
  }
}

module access 'modules/rbac.bicep' = {
  params: {
    appName: identityName
    appId: identity.outputs.principalId
    verifierName: withVerifier ? '${verifierName}-identity' : ''
    verifierId: withVerifier ? verifierIdentity!.outputs.principalId : ''
    trainerName: withTrainer ? '${trainerName}-identity' : ''
    trainerId: withTrainer ? trainerIdentity!.outputs.principalId : ''
    eventsName: eventsIdentityName
    eventsId: eventsIdentity.outputs.principalId
    storageAccountName: storageAccountName
    topicName: topicName
    applicationInsightsName: applicationInsightsName
    registryName: registryName
    vaultName: vaultName
    keyName: keyName
    schedulerName: withScheduler ? schedulerName : ''
  }
  dependsOn: [storage, events, telemetry, registry, vault, scheduler]
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
    signingKeyUri: vault.outputs.keyUri
    trustedKeys: trustedKeys
    trainerJobId: withTrainer ? resourceId('Microsoft.App/jobs', trainerName) : ''
    trainingMinutes: trainingSeconds / 60
    otlpEndpoint: otlpEndpoint
    tracesKept: tracesKept
    taskRequestsPerMinute: taskRequestsPerMinute
    settings: settings
    schedulerName: withScheduler ? schedulerName : ''
    hubName: hubName
    subnetId: withContainers ? network!.outputs.appSubnetId : ''
    alwaysReady: alwaysReady
    zoneRedundant: zoneRedundant
    instanceMemory: instanceMemory
    maximumInstances: maximumInstances
    tags: tags
  }
  // The app reads its package and its host storage from the first second on.
  dependsOn: [access]
}

module containers 'modules/container-environment.bicep' = if (withContainers) {
  params: {
    location: location
    name: '${name}-containers'
    gpu: gpu
    withGpu: withVerifier
    subnetId: network!.outputs.containersSubnetId
    zoneRedundant: zoneRedundant
    applicationInsightsName: applicationInsightsName
    tags: tags
  }
  dependsOn: [telemetry]
}

module containerNames 'modules/container-names.bicep' = if (withContainers) {
  params: {
    #disable-next-line what-if-short-circuiting // Azure chooses the domain when it makes the environment.
    domain: containers!.outputs.domain
    address: containers!.outputs.address
    networkId: network!.outputs.id
    tags: tags
  }
}

module verifier 'modules/verifier.bicep' = if (withVerifier) {
  params: {
    location: location
    name: verifierName
    environmentId: containers!.outputs.id
    gpu: gpu
    identityId: verifierIdentity!.outputs.id
    identityClientId: verifierIdentity!.outputs.clientId
    registry: registry.outputs.loginServer
    image: '${registry.outputs.loginServer}/${verifierImage}'
    applicationInsightsName: applicationInsightsName
    tracesKept: tracesKept
    minimumReplicas: verifierMinimumReplicas
    maximumReplicas: verifierMaximumReplicas
    requestsAReplica: requestsAReplica
    warm: verifierWarm
    tags: tags
  }
  // Pulls by identity from the first second on.
  dependsOn: [access]
}

module trainer 'modules/trainer.bicep' = if (withTrainer) {
  params: {
    location: location
    name: trainerName
    environmentId: containers!.outputs.id
    identityId: trainerIdentity!.outputs.id
    identityClientId: trainerIdentity!.outputs.clientId
    registry: registry.outputs.loginServer
    image: '${registry.outputs.loginServer}/${trainerImage}'
    storageAccountName: storageAccountName
    topicEndpoint: events.outputs.endpoint
    signingKeyUri: vault.outputs.keyUri
    trustedKeys: trustedKeys
    timeoutSeconds: trainingSeconds + 600 // by its own limit it would be lost, and started again
    tags: tags
  }
  dependsOn: [access]
}

module jobAccess 'modules/job-access.bicep' = if (withTrainer) {
  params: {
    jobName: trainerName
    appName: identityName
    appId: identity.outputs.principalId
  }
  dependsOn: [trainer]
}

module alerts 'modules/alerts.bicep' = if (!empty(emails)) {
  params: {
    name: '${name}-alerts'
    location: location
    emails: emails
    applicationInsightsName: applicationInsightsName
    topicName: topicName
    blobTopicName: blobTopicName
    verifierName: withVerifier ? verifierName : ''
    verifierMaximumReplicas: verifierMaximumReplicas
    tags: tags
  }
  dependsOn: [telemetry, events, verifier]
}

module budget 'modules/budget.bicep' = if (monthlyBudget > 0 && !empty(budgetStart) && !empty(emails)) {
  params: {
    name: '${name}-month'
    amount: max(monthlyBudget, 1)
    emails: emails
    startDate: budgetStart
  }
}

module batchEvents 'modules/batch-events.bicep' = if (subscribeToBatches) {
  params: {
    topicName: blobTopicName
    storageAccountName: storageAccountName
    functionAppName: functionAppName
    identityId: eventsIdentity.outputs.id
  }
  // The topic writes to its dead letters from the first second on.
  dependsOn: [storage, events, app, access]
}

module ownEvents 'modules/own-events.bicep' = if (subscribeToBatches) {
  params: {
    topicName: topicName
    functionAppName: functionAppName
    storageAccountName: storageAccountName
    identityId: eventsIdentity.outputs.id
  }
  dependsOn: [storage, events, app, access]
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

@description('The registry that images are pushed to.')
output registryEndpoint string = registry.outputs.loginServer

@description('The key that signs releases: UNDERSTUDY_SIGNING_KEY.')
output signingKey string = vault.outputs.keyUri

@description('Where the verifier answers inside the network, as OpenAI does: lead.endpoint of a task. Empty without a verifier.')
output verifierEndpoint string = withVerifier ? verifier!.outputs.endpoint : ''

@description('The same for a task whose lead.protocol is grpc.')
output verifierGrpcEndpoint string = withVerifier ? verifier!.outputs.grpcEndpoint : ''

@description('The job that retrains. Empty without a trainer.')
output trainerJobName string = withTrainer ? trainerName : ''
