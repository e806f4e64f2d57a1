using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Understudy.Api.OpenAi;
using Understudy.Api.Requests;
using Understudy.Inference.PromptCompression;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Limits;

namespace Understudy.Api.Compression;

/// <summary>Shortens prompts for models that the caller asks.</summary>
public sealed class CompressHandlers(PromptCompressor compressor, IOptions<UnderstudyLimits> limits)
{
    private readonly UnderstudyLimits _limits = limits.Value;

    /// <summary><c>POST /v1/compress</c>.</summary>
    public Task<IResult> CompressAsync(HttpRequest request, CancellationToken cancellationToken) => OpenAiGuard.RunAsync(async () =>
    {
        var body = await JsonBody.ReadAsync(request, _limits.BodyBytes, "'context', 'documents' or 'messages'", "Send fewer or shorter documents.", cancellationToken);
        return TypedResults.Json(Compress(CompressRequestReader.Read(body, _limits), cancellationToken), DurableJson.Options);
    });

    private CompressResponse Compress(CompressRequest request, CancellationToken cancellationToken)
    {
        if (request.Turns is { } turns)
        {
            var (kept, conversation) = compressor.CompressTurns(turns, request.Options, cancellationToken);
            return Response(conversation) with { Messages = [.. kept.Select(turn => Message(request.Messages![turn.Turn], turns[turn.Turn].Content, turn.Content))] };
        }

        var prompt = compressor.Compress(request.Prompt!, request.Options, cancellationToken);
        return Response(prompt) with { Prompt = prompt.Parts.ToString(), Documents = prompt.Documents };
    }

    /// <summary>A message with what is left of its content.</summary>
    private static JsonElement Message(JsonElement message, string before, string after)
    {
        if (after == before)
        {
            return message;
        }

        var fields = new Dictionary<string, JsonElement>();
        foreach (var field in message.EnumerateObject())
        {
            fields[field.Name] = field.NameEquals("content") ? JsonSerializer.SerializeToElement(after) : field.Value;
        }

        return JsonSerializer.SerializeToElement(fields);
    }

    private static CompressResponse Response(CompressedPrompt prompt) =>
        new(null, null, null, prompt.TokensBefore, prompt.TokensAfter, prompt.Yielded, Math.Round(prompt.Milliseconds, 3));
}
