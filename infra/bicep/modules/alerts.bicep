metadata description = 'Says by mail when something needs a person: docs/deploy.md has a page for each alert.'

@description('Name of the action group, and start of the alerts\' names.')
param name string

@description('Where the alerts on logs are put.')
param location string

@description('Who is told.')
@minLength(1)
param emails string[]

@description('The component with the telemetry.')
param applicationInsightsName string

@description('The product\'s topic.')
param topicName string

@description('The account\'s topic.')
param blobTopicName string

@description('The verifier; empty when there is none.')
param verifierName string

@description('Replicas at which the verifier cannot grow any more.')
param verifierMaximumReplicas int

@description('Tags of the alerts.')
param tags { *: string }

var queries = {
  poison: {
    description: 'A blob was quarantined after its last attempt.'
    query: 'traces | where message startswith "Quarantined blob"'
    severity: 2
  }
  drift: {
    description: 'Inputs or answers of a task have drifted from what its release was made on.'
    query: 'traces | where message startswith "Drift detected"'
    severity: 2
  }
  failures: {
    description: 'More than one HTTP request in twenty failed in a quarter of an hour.'
    query: 'requests | where isnotempty(url) | summarize failed = sumif(itemCount, success == false and toint(resultCode) >= 500), total = sum(itemCount) | where total >= 20 and failed > total / 20'
    severity: 1
  }
}

// What Event Grid gave up: put aside, or, where even that failed, dropped.
var givenUp = { 'dead-letters': 'DeadLetteredCount', 'dropped-events': 'DroppedEventCount' }

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource topic 'Microsoft.EventGrid/topics@2025-02-15' existing = {
  name: topicName
}

resource blobTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: blobTopicName
}

resource verifier 'Microsoft.App/containerApps@2025-01-01' existing = if (!empty(verifierName)) {
  name: verifierName
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: take(name, 12)
    emailReceivers: [
      for (email, index) in emails: {
        name: 'person-${index}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource onLogs 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in items(queries): {
    name: '${name}-${alert.key}'
    location: location
    tags: tags
    properties: {
      description: alert.value.description
      enabled: true
      severity: alert.value.severity
      scopes: [insights.id]
      evaluationFrequency: 'PT15M'
      windowSize: 'PT15M'
      criteria: {
        allOf: [
          {
            query: alert.value.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [people.id] }
      autoMitigate: true
    }
  }
]

resource saturation 'Microsoft.Insights/metricAlerts@2018-03-01' = if (!empty(verifierName)) {
  name: '${name}-verifier-saturation'
  location: 'global'
  tags: tags
  properties: {
    description: 'The verifier has run at its most replicas for a quarter of an hour.'
    enabled: true
    severity: 2
    scopes: [verifier.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'replicas'
          metricNamespace: 'Microsoft.App/containerApps'
          metricName: 'Replicas'
          timeAggregation: 'Minimum'
          operator: 'GreaterThanOrEqual'
          threshold: verifierMaximumReplicas
        }
      ]
    }
    actions: [
      { actionGroupId: people.id }
    ]
  }
}

resource onOwnEvents 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for metric in items(givenUp): {
    name: '${name}-${metric.key}-own'
    location: 'global'
    tags: tags
    properties: {
      description: 'Events of the product\'s own topic were given up.'
      enabled: true
      severity: 3
      scopes: [topic.id]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: 'events'
            metricNamespace: 'Microsoft.EventGrid/topics'
            metricName: metric.value
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      actions: [
        { actionGroupId: people.id }
      ]
    }
  }
]

resource onBlobEvents 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for metric in items(givenUp): {
    name: '${name}-${metric.key}-blobs'
    location: 'global'
    tags: tags
    properties: {
      description: 'Events of blobs were given up.'
      enabled: true
      severity: 3
      scopes: [blobTopic.id]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: 'events'
            metricNamespace: 'Microsoft.EventGrid/systemTopics'
            metricName: metric.value
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      actions: [
        { actionGroupId: people.id }
      ]
    }
  }
]
