using 'main.bicep'

// Answers without a start, keeps a verifier warm in office hours, and survives the loss of a zone.
param name = 'understudy'
param instanceMemory = 4096
param maximumInstances = 100
param alwaysReady = { http: 2, durable: 1 }
param durableBackend = 'schedulerConsumption'
param redundancy = 'Standard_ZRS'
param telemetryRetentionDays = 90
param blobRetentionDays = 30
param verifierImage = 'understudy-verifier:latest'
param verifierMaximumReplicas = 4
param verifierWarm = [
  { timezone: 'Etc/UTC', start: '0 7 * * 1-5', end: '0 19 * * 1-5', replicas: 1 }
]
param trainerImage = 'understudy-trainer:latest'
param emails = ['operations@example.com']
param monthlyBudget = 2000
param tags = {
  product: 'Understudy'
  stage: 'prod'
}
