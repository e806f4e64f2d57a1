using System.Buffers;
using System.Text.Json;
using Understudy.Inference.OpenAi;

namespace Understudy.Verifier.OpenAi;

/// <summary>Server-sent events with JSON for data. The response begins with the first of them, so that what goes wrong before still has a status of its own.</summary>
internal sealed class EventStream(HttpResponse response)
{
    public async Task WriteAsync(object data, CancellationToken cancellationToken)
    {
        if (!response.HasStarted)
        {
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-cache";
        }

        var body = response.BodyWriter;
        body.Write("data: "u8);
        await JsonSerializer.SerializeAsync(body, data, data.GetType(), OpenAiJson.Options, cancellationToken);
        body.Write("\n\n"u8);
        await body.FlushAsync(cancellationToken);
    }

    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        response.BodyWriter.Write("data: [DONE]\n\n"u8);
        await response.BodyWriter.FlushAsync(cancellationToken);
    }
}
