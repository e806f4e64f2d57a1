using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Understudy.Api.Tests.OpenAi;

internal static class EventReader
{
    /// <summary>The data of a stream's events, which end with <c>[DONE]</c>.</summary>
    public static async Task<List<JsonElement>> ReadAsync(HttpResponseMessage response)
    {
        Assert.Equal("text/event-stream", response.EnsureSuccessStatusCode().Content.Headers.ContentType?.MediaType);
        var events = new List<string>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            events.Add(item.Data);
        }

        Assert.Equal("[DONE]", events[^1]);
        return events[..^1].ConvertAll(data => JsonDocument.Parse(data).RootElement);
    }
}
