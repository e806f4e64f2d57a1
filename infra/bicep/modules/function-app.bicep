metadata description = 'The app on Flex Consumption: .NET 10, isolated worker, every connection by identity.'

import { flexInstanceMemory } from 'types.bicep'

@description('Where the app runs.')
param location string

@description('Name of the app, unique in the world.')
param name string

@description('The identity that the app runs under.')
param identityId string

@description('Its client id.')
param identityClientId string

@description('The account with the data and the durable task hub.')
param storageAccountName string

@description('The container that the app starts from.')
param packageContainerUri string

@description('Where the app announces events.')
param topicEndpoint string

@description('The component that the app reports to.')
param applicationInsightsName string

@description('The key that signs releases and channels.')
param signingKeyUri string

@description('Public keys in PEM whose releases are served; empty for those that the code ships with and the vault\'s.')
param trustedKeys string

@description('Resource id of the job that trains; empty for none.')
param trainerJobId string

@description('A training that takes longer than this is stopped.')
param trainingMinutes int

@description('The address of a collector that takes OTLP; empty for none.')
param otlpEndpoint string

@description('Share of traces that Application Insights keeps, such as 0.1.')
param tracesKept string

@description('Requests a minute that each instance lets pass for each task; 0 for no quota.')
param taskRequestsPerMinute int

@description('More settings; those that are worked out here come before them.')
param settings { *: string }

@description('The scheduler; empty when the durable backend is the storage account.')
param schedulerName string

@description('Name of the task hub.')
param hubName string

@description('The subnet from which the app calls out; empty for none.')
param subnetId string

@description('Instances that are always there for each group of functions, so that nobody waits for a start.')
param alwaysReady { http: int, durable: int }

@description('Spreads the instances that are always there over zones, two at least for each group of functions and each function outside them.')
param zoneRedundant bool

@description('Memory of one instance, in MiB.')
param instanceMemory flexInstanceMemory

@description('The most instances that come on demand for each group of functions (http, durable, blob) and each function outside them; those that are always ready come on top.')
param maximumInstances int

@description('Tags of plan and app.')
param tags { *: string }

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' existing = if (!empty(schedulerName)) {
  name: schedulerName
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: '${name}-plan'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'functions' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    httpsOnly: true
    // References to a vault are resolved by an identity of the system's otherwise, which the app does not have.
    keyVaultReferenceIdentity: identityId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemory
        maximumInstanceCount: maximumInstances
        alwaysReady: map(filter(items(alwaysReady), group => group.value > 0), group => {
          name: group.key
          instanceCount: group.value
        })
      }
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: {
      ...settings
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
      AZURE_CLIENT_ID: identityClientId
      AzureWebJobsStorage__accountName: storageAccountName
      AzureWebJobsStorage__clientId: identityClientId
      AzureWebJobsStorage__credential: 'managedidentity'
      EventGrid__TopicEndpoint: topicEndpoint
      OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint
      // Host and worker both keep the same traces by it; without it the host would keep five a second, failed or not.
      OTEL_TRACES_SAMPLER: 'microsoft.fixed_percentage'
      OTEL_TRACES_SAMPLER_ARG: tracesKept
      Quota__RequestsPerMinute: string(taskRequestsPerMinute)
      Retraining__TrainingMinutes: string(trainingMinutes)
      Trainer__Endpoint: environment().resourceManager
      Trainer__Job: trainerJobId
      UNDERSTUDY_SIGNING_KEY: signingKeyUri
      UNDERSTUDY_TRUST: trustedKeys
      // The package's host.json names the backend, for the host and for what scales it; with a package for the other backend the host does not start.
      ...(empty(schedulerName)
        ? {}
        : {
            AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'
            DURABLE_TASK_SCHEDULER: 'Endpoint=${scheduler!.properties.endpoint};Authentication=ManagedIdentity;ClientID=${identityClientId};TaskHub=${hubName}'
          })
    }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

@description('Where the HTTP API answers.')
output endpoint string = 'https://${app.properties.defaultHostName}'
