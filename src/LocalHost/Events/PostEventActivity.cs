using System.Net.Http.Headers;
using System.Text.Json;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Events;

/// <summary>
/// Posts one event once; returns the subscriber's status. It holds a worker that other steps wait for, so a subscriber that has been prompt is not waited for long; one that is slow has one event at
/// a time, and longer for it.
/// </summary>
internal sealed class PostEventActivity(HttpClient http, SubscriberTurns turns, TimeProvider time) : Activity<EventDelivery, int>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), PatienceWithTheSlow = TimeSpan.FromSeconds(30);
    private static readonly MediaTypeHeaderValue CloudEvents = new("application/cloudevents+json", "utf-8");

    public override Task<int> RunAsync(ActivityContext context, EventDelivery input) =>
        turns.TakeAsync(input.Subscriber, isSlow => PostAsync(input, isSlow ? PatienceWithTheSlow : Patience, context.CancellationToken));

    private async Task<int> PostAsync(EventDelivery input, TimeSpan most, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(input.Event)) { Headers = { ContentType = CloudEvents } };
        try
        {
            using var response = await http.PostAsync(input.Subscriber, content, either.Token);
            response.EnsureSuccessStatusCode();
            return (int)response.StatusCode;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The subscriber '{input.Subscriber}' did not answer within {most.TotalSeconds:0} s.");
        }
    }
}
