using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Understudy.Inference.Receipts;

namespace Understudy.Api.OpenAi;

/// <summary>A result with its receipt in a header, as ASCII JSON.</summary>
internal sealed class ReceiptHeader(IResult result, Receipt receipt) : IResult
{
    private const string Name = "X-Understudy-Receipt";

    /// <summary>Characters of one stage's reason: clients bound the length of headers.</summary>
    private const int LongestReason = 300;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var brief = receipt with { Stages = [.. receipt.Stages.Select(Shortened)] };
        httpContext.Response.Headers[Name] = JsonSerializer.Serialize(brief, ApiJson.Default.Receipt);
        return result.ExecuteAsync(httpContext);
    }

    private static ReceiptStage Shortened(ReceiptStage stage) =>
        stage.Reason is { Length: > LongestReason } reason ? stage with { Reason = reason[..LongestReason] + "…" } : stage;
}
