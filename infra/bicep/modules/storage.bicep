metadata description = 'One account for the host and for the data: no keys, no public blobs, TLS 1.2 at least.'

import { deadLetters, redundancyKind } from 'types.bicep'

@description('Where the account is put.')
param location string

@description('Name of the account, unique in the world.')
@minLength(3)
@maxLength(24)
param name string

@description('Days in which a deleted blob or container can be brought back.')
param retentionDays int

@description('Days after which a batch and its results are deleted.')
param batchDays int

@description('Days after which a lesson is deleted.')
param lessonDays int

@description('Copies of the data: in one datacentre, or in three zones.')
param redundancy redundancyKind

@description('Tags of the account.')
param tags { *: string }

var packageContainer = 'app-package'
var containers = [
  packageContainer
  deadLetters
  'batches'
  'results'
  'teacher-outputs'
  'releases'
  'edge'
  'edge-reports'
  'quarantine'
  'budgets'
  'quality'
  'work'
]

// Days that blobs of a container live after their last change. Releases and what edges fetch from them stay.
var lifetimes = {
  batches: batchDays
  results: batchDays
  // Longer than a retraining may wait, 30 days in shadow and 30 for approval; what is over is cleared when it ends.
  work: 90
  'teacher-outputs': lessonDays
  'edge-reports': lessonDays
  quarantine: lessonDays
  // Accounts of what went wrong: what they tell of was found without them.
  '${deadLetters}': 30
  budgets: lessonDays
  quality: lessonDays
}

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: 'Enabled'
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      // A channel pointer or a release that is overwritten can be had back.
      isVersioningEnabled: true
      deleteRetentionPolicy: { enabled: true, days: retentionDays }
      containerDeleteRetentionPolicy: { enabled: true, days: retentionDays }
    }

    resource container 'containers' = [
      for container in containers: {
        name: container
        properties: { publicAccess: 'None' }
      }
    ]
  }

  resource lifecycle 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: concat(
          map(items(lifetimes), lifetime => {
            name: lifetime.key
            enabled: true
            type: 'Lifecycle'
            definition: {
              filters: { blobTypes: ['blockBlob', 'appendBlob'], prefixMatch: ['${lifetime.key}/'] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: lifetime.value } } }
            }
          }),
          [
            {
              name: 'versions'
              enabled: true
              type: 'Lifecycle'
              definition: {
                filters: { blobTypes: ['blockBlob'] }
                actions: { version: { delete: { daysAfterCreationGreaterThan: retentionDays } } }
              }
            }
          ]
        )
      }
    }
    dependsOn: [blobs]
  }
}

@description('The container that the app starts from.')
output packageContainerUri string = '${account.properties.primaryEndpoints.blob}${packageContainer}'
