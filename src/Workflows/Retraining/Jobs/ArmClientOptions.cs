using Azure.Core;

namespace Understudy.Workflows.Retraining.Jobs;

/// <summary>How the resource manager is called: the defaults of Azure's clients, a few retries included.</summary>
internal sealed class ArmClientOptions : ClientOptions;
