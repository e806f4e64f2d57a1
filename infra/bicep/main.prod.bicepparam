using 'main.bicep'

// The images are named at each deployment (verifierImage, trainerImage): once they serve, one that leaves them out takes the app off their network.
// Answers without a start and keeps a verifier warm in office hours. Requests, batches and data outlive the loss of a zone; what needs the verifier is degraded or waits where that has to start.
param name = 'understudy'
param instanceMemory = 4096
param maximumInstances = 100
param alwaysReady = { http: 2, durable: 2 }
param zoneRedundant = true
param telemetryRetentionDays = 90
param blobRetentionDays = 30
param verifierMaximumReplicas = 4
param verifierWarm = [
  { timezone: 'Etc/UTC', start: '0 7 * * 1-5', end: '0 19 * * 1-5', replicas: 1 }
]
param emails = ['operations@example.com']
param monthlyBudget = 2500
// The first day of the month of the first deployment, the same ever after; without it there is no budget.
param budgetStart = readEnvironmentVariable('UNDERSTUDY_BUDGET_START', '')
param tags = {
  product: 'Understudy'
  stage: 'prod'
}
