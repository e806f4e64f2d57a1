using System.Text.Json.Serialization;

namespace Understudy.Inference.Tasks;

/// <summary>Where a task's lead is and how it is asked. Its key is not here: <see cref="Key"/> names one of the configuration's.</summary>
public sealed record LeadDefinition
{
    public const string Local = "local", Grpc = "grpc", OpenAi = "openai";

    internal const double UsualTimeout = 20;

    /// <summary><c>local</c>: the release's own; <c>grpc</c>: a Verifier; <c>openai</c>: any endpoint with OpenAI's chat API, Azure OpenAI among them.</summary>
    public string Protocol { get; init; } = Local;

    /// <summary>The base address, such as <c>https://NAME.openai.azure.com/openai/v1</c>; null for a local lead.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The model's name there; for Azure OpenAI the deployment's. Null for a local lead.</summary>
    public string? Model { get; init; }

    /// <summary>The setting <c>LeadKeys:{Key}</c> holds the key. Null for an endpoint without one, and for Entra ID at Azure's.</summary>
    public string? Key { get; init; }

    /// <summary>What one attempt may take; 95 % of <see cref="DeadlineSeconds"/> at most.</summary>
    public double TimeoutSeconds { get; init; } = UsualTimeout;

    /// <summary>What all attempts at a question together may take, pauses among them, once it is under way; a direct request has no more for all of its inputs, and its wait counts.</summary>
    public double DeadlineSeconds { get; init; } = 60;

    /// <summary>Attempts after the first.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>A second attempt begins beside one that has not answered by then, and the first answer counts; null for never.</summary>
    public double? HedgeSeconds { get; init; }

    /// <summary>Questions under way at the same time.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>The longest prompt, in tokens, judged by its characters.</summary>
    public int PromptTokens { get; init; } = 4096;

    /// <summary>
    /// The longest answer, in tokens, among them those of a model that thinks first; null for room for a label, or, of a generation task, for what
    /// the endpoint allows by itself, of which a budget sets aside 4,096.
    /// </summary>
    public int? AnswerTokens { get; init; }

    /// <summary>How freely an endpoint with OpenAI's API draws its tokens, 0 for not at all; null is not sent, for models that take none.</summary>
    public double? Temperature { get; init; } = 0;

    /// <summary>Solved examples in a prompt that has some.</summary>
    public int Demonstrations { get; init; } = 16;

    /// <summary>Holds answers to the labels by a JSON schema. False for an endpoint that knows none; answers are then read as plain labels.</summary>
    public bool Constrained { get; init; } = true;

    /// <summary>Asks for log-probabilities. False for a model that gives none; its label then counts as certain.</summary>
    public bool Probabilities { get; init; } = true;

    /// <summary>Asks for a sentence that says why, for the receipt; needs <see cref="Constrained"/>. Of a release's own lead, one that was taught by rationales, it is the reason that it writes before its answer.</summary>
    public bool Explain { get; init; }

    /// <summary>How long a durable run waits for a lead that is away, where the task waits.</summary>
    public double WaitMinutes { get; init; } = 60;

    [JsonIgnore]
    public bool IsRemote => Protocol != Local;

    /// <summary>For receipts and messages.</summary>
    [JsonIgnore]
    public string Name => Model ?? Protocol;
}
