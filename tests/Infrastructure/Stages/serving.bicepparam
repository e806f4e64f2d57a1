using '../../../infra/bicep/main.bicep'

// Everything that serves, for the snapshot beside it; the trainer's part is held to by the tests of roles and settings.
param name = 'serving'
param alwaysReady = { http: 2, durable: 1 }
param durableBackend = 'schedulerConsumption'
param verifierImage = 'understudy-verifier:1'
param verifierWarm = [
  { timezone: 'Etc/UTC', start: '0 7 * * 1-5', end: '0 19 * * 1-5', replicas: 1 }
]
param emails = ['operations@example.com']
param monthlyBudget = 2000
param budgetStart = '2026-12-01'
param settings = { Limits__BatchRecords: '20000' }
param subscribeToBatches = true
