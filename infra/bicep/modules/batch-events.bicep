metadata description = 'Tells the app of each batch and of each block of lessons that lands in its container. Deployed after the code, which owns the key.'

import { deadLetters } from 'types.bicep'

@description('The account\'s topic.')
param topicName string

@description('The account whose blobs are announced.')
param storageAccountName string

@description('The app that is told.')
param functionAppName string

@description('The topic\'s identity, which may write to the container of dead letters.')
param identityId string

// Each function that watches a container.
var watched = {
  BatchBlob: 'batches'
  LessonBlob: 'teacher-outputs'
}

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName
}

resource app 'Microsoft.Web/sites@2024-11-01' existing = {
  name: functionAppName
}

resource blobs 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName

  // Azure makes one of a topic's subscriptions at a time.
  @batchSize(1)
  resource subscriptions 'eventSubscriptions' = [
    for function in items(watched): {
      name: function.value
      properties: {
        eventDeliverySchema: 'EventGridSchema'
        // By its key, and not as the topic: the host's webhook knows no tokens.
        destination: {
          endpointType: 'WebHook'
          properties: {
            endpointUrl: 'https://${app.properties.defaultHostName}/runtime/webhooks/blobs?functionName=Host.Functions.${function.key}&code=${listKeys('${app.id}/host/default', app.apiVersion).systemKeys.blobs_extension}'
          }
        }
        filter: {
          includedEventTypes: ['Microsoft.Storage.BlobCreated']
          subjectBeginsWith: '/blobServices/default/containers/${function.value}/'
          subjectEndsWith: '.jsonl'
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
  ]
}
