using System.Buffers;
using System.Text.Json;
using Understudy.Inference.OpenAi;

namespace Understudy.Verifier.OpenAi;

/// <summary>
/// Server-sent events with JSON for data. The response begins with the first of them, so that what goes wrong before still has a status of
/// its own. Only a caller who is gone cuts a write short: of what is half written, nothing behind it could be told apart.
/// </summary>
internal sealed class EventStream(HttpResponse response)
{
    public async Task WriteAsync(object data)
    {
        if (!response.HasStarted)
        {
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-cache";
        }

        var body = response.BodyWriter;
        body.Write("data: "u8);
        await JsonSerializer.SerializeAsync(body, data, data.GetType(), OpenAiJson.Options, response.HttpContext.RequestAborted);
        body.Write("\n\n"u8);
        await body.FlushAsync(response.HttpContext.RequestAborted);
    }

    public async Task CloseAsync()
    {
        response.BodyWriter.Write("data: [DONE]\n\n"u8);
        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }
}
