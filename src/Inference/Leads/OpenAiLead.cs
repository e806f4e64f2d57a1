using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using Understudy.Inference.Calibration;
using Understudy.Inference.Decoding;
using Understudy.Inference.Receipts;
using Understudy.Inference.Tasks;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatResponseFormat = Microsoft.Extensions.AI.ChatResponseFormat;

namespace Understudy.Inference.Leads;

/// <summary>
/// A lead with OpenAI's chat API. Labels come from an answer that a schema holds to them, with the log-probabilities of its tokens where
/// there are some.
/// </summary>
internal sealed class OpenAiLead(IChatClient chat, LeadDefinition lead) : ILeadEndpoint
{
    /// <summary>Alternatives to a token, as many as OpenAI's API gives.</summary>
    private const int Alternatives = 20;

    /// <summary>Room for a label and the JSON around it, and for a sentence beside it.</summary>
    private const int LabelTokens = 64, SentenceTokens = 128;

    private const string AzureScope = "https://cognitiveservices.azure.com/.default";

    /// <summary>Under these only Azure's own services answer; under <c>azure.com</c> as such anybody can rent a name.</summary>
    private static readonly string[] AzureDomains =
        [.. ((string[])["azure.com", "azure.us", "azure.cn"]).SelectMany(cloud => (string[])[$".openai.{cloud}", $".cognitiveservices.{cloud}", $".services.ai.{cloud}"])];

    /// <param name="key">Null for none.</param>
    /// <param name="tokens">Asked where there is no key and the endpoint is Azure's, over https.</param>
    public static OpenAiLead Connect(LeadDefinition lead, string? key, AuthenticationTokenProvider? tokens)
    {
        var endpoint = new Uri(lead.Endpoint!);
        var azure = IsAzure(endpoint);
        AuthenticationPolicy authentication = azure && key is null && tokens is not null ? new BearerTokenPolicy(tokens, AzureScope)
            : azure && key is not null ? ApiKeyAuthenticationPolicy.CreateHeaderApiKeyPolicy(new(key), "api-key")
            : ApiKeyAuthenticationPolicy.CreateBearerAuthorizationPolicy(new(key ?? "none"));

        // Attempts and times are counted in one place, around this.
        var options = new OpenAIClientOptions { Endpoint = endpoint, RetryPolicy = new ClientRetryPolicy(0), NetworkTimeout = TimeSpan.FromSeconds(lead.TimeoutSeconds + 1) };
#pragma warning disable OPENAI001 // of the constructors that take a token, the only one there is
        return new(new ChatClient(lead.Model!, authentication, options).AsIChatClient(), lead);
#pragma warning restore OPENAI001
    }

    /// <summary>Whether one of Azure's own services answers there, and nobody else reads what it is sent.</summary>
    internal static bool IsAzure(Uri endpoint) =>
        endpoint.Scheme == Uri.UriSchemeHttps && AzureDomains.Any(domain => endpoint.Host.EndsWith(domain, StringComparison.OrdinalIgnoreCase));

    /// <summary>The longest answer that is asked for; null for what the endpoint allows.</summary>
    internal static int? MostTokens(LeadDefinition lead, LeadRequest request) =>
        lead.AnswerTokens ?? (request.Labels.Count == 0 ? null : LabelTokens + (request.Explain ? SentenceTokens : 0));

    public async Task<LeadReply> AskAsync(LeadRequest request, CancellationToken cancellationToken)
    {
        List<ChatMessage> messages = [new(ChatRole.User, request.Prompt.Question)];
        if (request.Prompt.Instruction.Length > 0)
        {
            messages.Insert(0, new(ChatRole.System, request.Prompt.Instruction));
        }

        ChatResponse response;
        try
        {
            response = await chat.GetResponseAsync(messages, Options(request), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw new LeadAnswerInvalidException($"It answered with something that is not OpenAI's JSON: {error.Message}", error);
        }

        var used = new TokenAccount { Prompt = (int)(response.Usage?.InputTokenCount ?? 0), Completion = (int)(response.Usage?.OutputTokenCount ?? 0) };
        try
        {
            return Reply(response, request) with { Tokens = used };
        }
        catch (LeadAnswerInvalidException error)
        {
            error.Tokens = used;
            throw;
        }
    }

    public void Dispose() => chat.Dispose();

    private LeadReply Reply(ChatResponse response, LeadRequest request)
    {
        var tokens = Tokens(response);
        return new()
        {
            Text = request.Labels.Count == 0 ? Text(response, request) : "",
            Confidence = request.Labels.Count == 0 && tokens.Count > 0 ? Math.Exp(tokens.Average(token => token.LogProbability)) : 1,
            Explanation = request.Explain ? LabelText.Explanation(response.Text) : null,
            Probabilities = request.Labels.Count == 0 ? [] : Probabilities(response, tokens, request.Labels),
            Chances = request.TopLogprobs == 0 || tokens.Count == 0 ? null : [.. tokens.Select(token => TokenChance.Of(token.Text, token.LogProbability, token.Alternatives, request.TopLogprobs))],
        };
    }

    private ChatOptions Options(LeadRequest request)
    {
        var labelled = request.Labels.Count > 0;
        return new()
        {
            Temperature = (float?)lead.Temperature,
            MaxOutputTokens = MostTokens(lead, request),
            ResponseFormat = labelled && lead.Constrained ? ChatResponseFormat.ForJsonSchema(Schema(request), "answer") : null,
            RawRepresentationFactory = _ => Raw(request, labelled),
        };
    }

    private ChatCompletionOptions Raw(LeadRequest request, bool labelled)
    {
        var options = new ChatCompletionOptions();
        if (lead.Probabilities)
        {
            (options.IncludeLogProbabilities, options.TopLogProbabilityCount) = (true, labelled ? Alternatives : request.TopLogprobs);
        }

        if (request.Schema is { } schema && lead.Constrained)
        {
            // As the task has it: the layer above would require every property and take formats out.
            options.ResponseFormat = OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat("answer", BinaryData.FromString(schema.GetRawText()));
        }

        return options;
    }

    private string Text(ChatResponse response, LeadRequest request) =>
        response.FinishReason == ChatFinishReason.Length ? throw new LeadAnswerInvalidException("Its answer was cut off: it reached lead.answerTokens, or the most that the endpoint allows.")
        : request.Read is { } read ? read(response.Text) : response.Text;

    private static JsonElement Schema(LeadRequest request)
    {
        // The label comes first: what comes before it would move its probability.
        var properties = new JsonObject { [LabelText.Field] = new JsonObject { ["type"] = "string", ["enum"] = Array(request.Labels) } };
        if (request.Explain)
        {
            properties[LabelText.ExplanationField] = new JsonObject { ["type"] = "string", ["description"] = "One short sentence: what in the input speaks for this label." };
        }

        return JsonSerializer.SerializeToElement(new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = Array(properties.Select(property => property.Key)),
            ["additionalProperties"] = false,
        });
    }

    private static JsonArray Array(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];

    private static float[] Probabilities(ChatResponse response, IReadOnlyList<AnswerToken> tokens, IReadOnlyList<string> labels)
    {
        try
        {
            var (label, start) = LabelText.Read(response.Text, labels);
            return tokens.Count == 0 ? OneHot.Of(label, labels.Count) : LabelProbabilities.FromTokens(labels, label, start, tokens);
        }
        catch (LeadAnswerInvalidException) when (response.FinishReason == ChatFinishReason.Length)
        {
            throw new LeadAnswerInvalidException("Its answer was cut off before it named a label. A model that thinks first needs more tokens: give lead.answerTokens.");
        }
    }

    private static List<AnswerToken> Tokens(ChatResponse response) => [.. ((response.RawRepresentation as ChatCompletion)?.ContentTokenLogProbabilities ?? []).Select(Token)];

    private static AnswerToken Token(ChatTokenLogProbabilityDetails token) =>
        new(token.Token, token.LogProbability, [.. token.TopLogProbabilities.Select(other => (other.Token, (double)other.LogProbability))]);
}
