using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Understudy.LocalHost.Events;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Tests.Events;

public sealed class PostEventActivityTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Network _network = new();
    private readonly PostEventActivity _activity;

    public PostEventActivityTests() => _activity = new(new HttpClient(_network), new SubscriberTurns(_time), _time);

    public void Dispose() => _network.Dispose();

    [Fact]
    public async Task Run_NoAnswer_GivesUpSoon()
    {
        var post = PostAsync("http://silent/");
        await _network.NextAsync();

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Contains("http://silent/", (await Assert.ThrowsAsync<TimeoutException>(() => post)).Message);
    }

    [Fact]
    public async Task Run_SubscriberThatDidNotAnswer_HoldsOneWorkerAtATime()
    {
        var first = PostAsync("http://silent/");
        await _network.NextAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<TimeoutException>(() => first);

        var second = PostAsync("http://silent/");
        var held = await _network.NextAsync();

        await Assert.ThrowsAsync<SubscriberBusyException>(() => PostAsync("http://silent/"));
        var other = PostAsync("http://prompt/");
        (await _network.NextAsync()).SetResult(new(HttpStatusCode.OK));
        Assert.Equal(200, await other);
        held.SetResult(new(HttpStatusCode.OK));
        Assert.Equal(200, await second);
    }

    [Fact]
    public async Task Run_SubscriberAnswersPromptlyAgain_GetsAsManyAsCome()
    {
        var first = PostAsync("http://slow/");
        var held = await _network.NextAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        held.SetResult(new(HttpStatusCode.OK));
        await first;
        var second = PostAsync("http://slow/");
        (await _network.NextAsync()).SetResult(new(HttpStatusCode.OK));
        await second;

        Task<int>[] more = [PostAsync("http://slow/"), PostAsync("http://slow/")];
        (await _network.NextAsync()).SetResult(new(HttpStatusCode.OK));
        (await _network.NextAsync()).SetResult(new(HttpStatusCode.OK));

        var statuses = await Task.WhenAll(more);
        Assert.Equal([200, 200], statuses);
    }

    private Task<int> PostAsync(string subscriber) => _activity.RunAsync(
        new ActivityContext("event-1", TestContext.Current.CancellationToken), new EventDelivery(subscriber, JsonSerializer.SerializeToElement(new { })));

    /// <summary>Every post waits until the test answers it.</summary>
    private sealed class Network : HttpMessageHandler
    {
        private readonly Channel<TaskCompletionSource<HttpResponseMessage>> _posts = Channel.CreateUnbounded<TaskCompletionSource<HttpResponseMessage>>();

        public ValueTask<TaskCompletionSource<HttpResponseMessage>> NextAsync() => _posts.Reader.ReadAsync(TestContext.Current.CancellationToken);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
            await _posts.Writer.WriteAsync(answer, cancellationToken);
            return await answer.Task.WaitAsync(cancellationToken);
        }
    }
}
