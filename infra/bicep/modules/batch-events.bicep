metadata description = 'Tells the app of each blob that lands in the batches container. Deployed after the code, which owns the key.'

@description('Where the system topic is put: where the account is.')
param location string

@description('Name of the system topic.')
param name string

@description('The account whose blobs are announced.')
param storageAccountName string

@description('The app that is told.')
param functionAppName string

@description('Tags of the system topic.')
param tags { *: string }

var functionName = 'BatchBlob'

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName
}

resource app 'Microsoft.Web/sites@2024-11-01' existing = {
  name: functionAppName
}

resource blobs 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  properties: {
    source: account.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }

  resource batches 'eventSubscriptions' = {
    name: 'batches'
    properties: {
      eventDeliverySchema: 'EventGridSchema'
      destination: {
        endpointType: 'WebHook'
        properties: {
          endpointUrl: 'https://${app.properties.defaultHostName}/runtime/webhooks/blobs?functionName=Host.Functions.${functionName}&code=${listKeys('${app.id}/host/default', app.apiVersion).systemKeys.blobs_extension}'
        }
      }
      filter: {
        includedEventTypes: ['Microsoft.Storage.BlobCreated']
        subjectBeginsWith: '/blobServices/default/containers/batches/'
        subjectEndsWith: '.jsonl'
      }
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
    }
  }
}
