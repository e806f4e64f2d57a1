metadata description = 'Every right that the app, the verifier, the trainer and the topics have, in one place.'

import { deadLetters } from 'types.bicep'

@description('Name of the app\'s identity.')
param appName string

@description('Principal id of the app\'s identity.')
param appId string

@description('Name of the verifier\'s identity; empty when there is no verifier.')
param verifierName string

@description('Its principal id.')
param verifierId string

@description('Name of the trainer\'s identity; empty when there is no trainer.')
param trainerName string

@description('Its principal id.')
param trainerId string

@description('Name of the topics\' identity.')
param eventsName string

@description('Its principal id.')
param eventsId string

@description('The account with the data and the durable task hub.')
param storageAccountName string

@description('The topic that the app announces on.')
param topicName string

@description('The component that everything reports to.')
param applicationInsightsName string

@description('The registry of the images.')
param registryName string

@description('The vault with the key that signs releases.')
param vaultName string

@description('Name of that key.')
param keyName string

@description('The scheduler; empty when the durable backend is the storage account.')
param schedulerName string

var role = {
  acrPull: '7f951dda-4ed3-4680-a7ca-43fe172d538d'
  // The host takes leases and sets blob metadata, for which writing alone does not suffice.
  blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  blobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  blobDataReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
  durableTaskDataContributor: '0ad04412-c4d5-4796-b79c-f76d14c8d402'
  eventGridDataSender: 'd5a91429-5739-47e2-a06b-3470a27159e7'
  keyVaultCryptoUser: '12338af0-0e69-4776-bea7-57ae8d297424'
  keyVaultReader: '21090545-7ca7-4776-b22c-e363652d74d2'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  // Durable Functions keeps its messages in queues and its history in tables.
  queueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}
var names = filter([appName, verifierName, trainerName], one => !empty(one))
var ids = filter([appId, verifierId, trainerId], one => !empty(one))
var reporting = filter([appName, verifierName], one => !empty(one))
var appOnTheAccount = [role.blobDataOwner, role.queueDataContributor, role.tableDataContributor]

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource undelivered 'containers' existing = {
      name: deadLetters
    }

    resource releases 'containers' existing = {
      name: 'releases'
    }

    resource work 'containers' existing = {
      name: 'work'
    }
  }
}

resource topic 'Microsoft.EventGrid/topics@2025-02-15' existing = {
  name: topicName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource registry 'Microsoft.ContainerRegistry/registries@2025-04-01' existing = {
  name: registryName
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName

  resource key 'keys' existing = {
    name: keyName
  }
}

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' existing = if (!empty(schedulerName)) {
  name: schedulerName
}

resource onStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for id in appOnTheAccount: {
    scope: account
    name: guid(account.id, appName, id)
    properties: {
      principalId: appId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', id)
    }
  }
]

// The trainer reads the release that serves; what it makes goes to 'work', where the app takes it from, measures and signs it.
resource trainerOnReleases 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(trainerName)) {
  scope: account::blobs::releases
  name: guid(account::blobs::releases.id, trainerName, role.blobDataReader)
  properties: {
    principalId: trainerId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.blobDataReader)
  }
}

resource trainerOnWork 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(trainerName)) {
  scope: account::blobs::work
  name: guid(account::blobs::work.id, trainerName, role.blobDataContributor)
  properties: {
    principalId: trainerId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.blobDataContributor)
  }
}

// Event Grid asks for this role where it puts dead letters; on the one container.
resource eventsOnDeadLetters 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::blobs::undelivered
  name: guid(account::blobs::undelivered.id, eventsName, role.blobDataContributor)
  properties: {
    principalId: eventsId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.blobDataContributor)
  }
}

resource onTopic 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: topic
  name: guid(topic.id, appName, role.eventGridDataSender)
  properties: {
    principalId: appId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.eventGridDataSender)
  }
}

resource trainerOnTopic 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(trainerName)) {
  scope: topic
  name: guid(topic.id, trainerName, role.eventGridDataSender)
  properties: {
    principalId: trainerId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.eventGridDataSender)
  }
}

// The trainer reports by its log and its heartbeat alone.
resource onInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, index) in reporting: {
    scope: insights
    name: guid(insights.id, name, role.monitoringMetricsPublisher)
    properties: {
      principalId: [appId, verifierId][index]
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        role.monitoringMetricsPublisher
      )
    }
  }
]

resource onRegistry 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, index) in skip(names, 1): {
    scope: registry
    name: guid(registry.id, name, role.acrPull)
    properties: {
      principalId: skip(ids, 1)[index]
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.acrPull)
    }
  }
]

// The app alone signs: releases that passed the gate, and channels.
resource appOnKey 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault::key
  name: guid(vault::key.id, appName, role.keyVaultCryptoUser)
  properties: {
    principalId: appId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.keyVaultCryptoUser)
  }
}

// The trainer only has to know the public half, by which it trusts what the app has signed.
resource trainerOnKey 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(trainerName)) {
  scope: vault::key
  name: guid(vault::key.id, trainerName, role.keyVaultReader)
  properties: {
    principalId: trainerId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.keyVaultReader)
  }
}

resource onScheduler 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(schedulerName)) {
  scope: scheduler
  name: guid(scheduler.id, appName, role.durableTaskDataContributor)
  properties: {
    principalId: appId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.durableTaskDataContributor)
  }
}
