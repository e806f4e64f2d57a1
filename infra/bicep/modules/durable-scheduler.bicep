metadata description = 'The Durable Task Scheduler: the durable backend for loads that outgrow queues and tables.'

@description('Where the scheduler is put.')
param location string

@description('Name of the scheduler.')
param name string

@description('Name of the task hub, as host.json has it.')
param hubName string

@description('How it is paid for: by action, or by the hour in units of capacity.')
param plan 'Consumption' | 'Dedicated'

@description('Tags of the scheduler.')
param tags { *: string }

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // Callers are told apart by their identity; the app has no fixed address to list.
    ipAllowlist: ['0.0.0.0/0']
    sku: plan == 'Dedicated' ? { name: plan, capacity: 1 } : { name: plan }
  }

  resource hub 'taskHubs' = {
    name: hubName
  }

  // The longest that each plan takes: so many days after its end a run is forgotten.
  resource kept 'retentionPolicies' = {
    name: 'default'
    properties: { retentionPolicies: [{ retentionPeriodInDays: plan == 'Dedicated' ? 90 : 30 }] }
  }
}
