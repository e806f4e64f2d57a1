metadata description = 'Brings the product\'s own events back to the app, which follows releases and trainings by them. Deployed after the code, which has the function.'

import { deadLetters } from 'types.bicep'

@description('The topic on which events are announced.')
param topicName string

@description('The app that is told.')
param functionAppName string

@description('The account with the container of dead letters.')
param storageAccountName string

@description('The topic\'s identity, which may write to that container.')
param identityId string

var functionName = 'OwnEvent'

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName
}

resource topic 'Microsoft.EventGrid/topics@2025-02-15' existing = {
  name: topicName

  resource own 'eventSubscriptions' = {
    name: 'app'
    properties: {
      eventDeliverySchema: 'CloudEventSchemaV1_0'
      destination: {
        endpointType: 'AzureFunction'
        properties: {
          resourceId: resourceId('Microsoft.Web/sites/functions', functionAppName, functionName)
          maxEventsPerBatch: 1
        }
      }
      filter: {
        includedEventTypes: ['Understudy.ReleasePublished', 'Understudy.DriftDetected', 'Understudy.TrainingOver']
      }
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
      deadLetterWithResourceIdentity: {
        identity: { type: 'UserAssigned', userAssignedIdentity: identityId }
        deadLetterDestination: {
          endpointType: 'StorageBlob'
          properties: { resourceId: account.id, blobContainerName: deadLetters }
        }
      }
    }
  }
}
