using System.Net.Http.Headers;
using System.Text.Json;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Events;

/// <summary>Posts one event once; returns the subscriber's status.</summary>
internal sealed class PostEventActivity(HttpClient http) : Activity<EventDelivery, int>
{
    private static readonly MediaTypeHeaderValue CloudEvents = new("application/cloudevents+json", "utf-8");

    public override async Task<int> RunAsync(ActivityContext context, EventDelivery input)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(input.Event)) { Headers = { ContentType = CloudEvents } };
        using var response = await http.PostAsync(input.Subscriber, content, context.CancellationToken);
        response.EnsureSuccessStatusCode();
        return (int)response.StatusCode;
    }
}
