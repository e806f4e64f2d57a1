metadata description = 'The job that retrains students: started by the app, which leaves its orders in blobs; ended by itself, by the app, or by a time limit.'

@description('Where the job is put.')
param location string

@description('Name of the job.')
@maxLength(32)
param name string

@description('The environment it runs in.')
param environmentId string

@description('The identity it pulls and reads orders and releases under.')
param identityId string

@description('Client id of that identity.')
param identityClientId string

@description('The registry of the image.')
param registry string

@description('The image, with its registry and a tag or digest.')
param image string

@description('The account with orders, lessons and releases.')
param storageAccountName string

@description('Where it tells that a training is over.')
param topicEndpoint string

@description('The key that signs releases, whose public half it trusts.')
param signingKeyUri string

@description('Public keys in PEM whose releases it goes on from; empty for those that the code ships with and the vault\'s.')
param trustedKeys string

@description('A run that takes longer than this is ended; the app finds it lost.')
@minValue(600)
@maxValue(86400)
param timeoutSeconds int

@description('Tags of the job.')
param tags { *: string }

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName
}

resource job 'Microsoft.App/jobs@2025-01-01' = {
  name: name
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      triggerType: 'Manual'
      replicaTimeout: timeoutSeconds
      // The workflow decides whether a failed run is tried again: it knows what is left to do.
      replicaRetryLimit: 0
      manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 }
      registries: [
        { server: registry, identity: identityId }
      ]
    }
    template: {
      containers: [
        {
          name: 'trainer'
          image: image
          resources: { cpu: 4, memory: '8Gi' }
          env: [
            { name: 'AZURE_CLIENT_ID', value: identityClientId }
            { name: 'UNDERSTUDY_STORAGE', value: account.properties.primaryEndpoints.blob }
            { name: 'UNDERSTUDY_TOPIC', value: topicEndpoint }
            { name: 'UNDERSTUDY_SIGNING_KEY', value: signingKeyUri }
            { name: 'UNDERSTUDY_TRUST', value: trustedKeys }
          ]
        }
      ]
    }
  }
}

@description('Resource id, to start the job by.')
output id string = job.id
