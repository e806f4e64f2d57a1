using System.Net;
using System.Text;
using Azure;
using Azure.Messaging;
using Azure.Messaging.EventGrid;
using Understudy.LocalHost.Events;
using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Events;

namespace Understudy.LocalHost.Tests.Events;

public sealed class TopicTests : IAsyncLifetime
{
    private Subscriber _subscriber = null!;
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _subscriber = await Subscriber.StartAsync(refusals: 2);
        _host = new TestHost($"--EventGrid:Subscribers:0={_subscriber.Address}");
        await _host.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _subscriber.DisposeAsync();
    }

    [Fact]
    public async Task Publish_SubscriberRefusesAtFirst_IsDeliveredOnce()
    {
        var publisher = (await _host.Service<EventTopic>()(CancellationToken.None))!;
        var sent = new CloudEvent("/tests", "Tests.Happened", new { number = 5 });

        await publisher.SendEventAsync(sent);
        await publisher.SendEventAsync(sent);
        await publisher.SendEventAsync(new CloudEvent("/tests", "Tests.Last", new { }));

        var taken = new List<CloudEvent> { CloudEvent.Parse(await _subscriber.NextAsync())!, CloudEvent.Parse(await _subscriber.NextAsync())! };
        Assert.Equal(["Tests.Happened", "Tests.Last"], taken.Select(e => e.Type).Order());
        var happened = taken.Single(e => e.Type == "Tests.Happened");
        Assert.Equal((sent.Id, "{\"number\":5}"), (happened.Id, happened.Data!.ToString()));
        Assert.False(_subscriber.HasMore);
    }

    [Fact]
    public async Task Publish_WrongKey_IsRefused()
    {
        var publisher = new EventGridPublisherClient(new Uri(_host.Http.BaseAddress!, LocalTopic.Path), new AzureKeyCredential("not-the-key"));

        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => publisher.SendEventAsync(new CloudEvent("/tests", "Tests.Happened", new { })));

        Assert.Equal(401, refusal.Status);
    }

    [Fact]
    public async Task Publish_NoCloudEvent_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, LocalTopic.Path)
        {
            Content = new StringContent("[{\"id\":1}]", Encoding.UTF8, "application/json"),
            Headers = { { LocalTopic.KeyHeader, _host.Service<LocalTopic>().Key } },
        };

        Assert.Equal(HttpStatusCode.BadRequest, (await _host.Http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Publish_TooMuchOfUnknownLength_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, LocalTopic.Path)
        {
            Content = new StringContent(new string(' ', 2 * 1024 * 1024), Encoding.UTF8, "application/json"),
            Headers = { { LocalTopic.KeyHeader, _host.Service<LocalTopic>().Key }, { "Transfer-Encoding", "chunked" } },
        };

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await _host.Http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Batch_Completed_IsAnnounced()
    {
        var etag = await _host.UploadBatchAsync("announced", "{\"text\":\"you win\"}\n");

        var taken = CloudEvent.Parse(await _subscriber.NextAsync())!;

        Assert.Equal(EventTypes.BatchCompleted, taken.Type);
        Assert.Equal("results/mail/announced.jsonl", taken.Subject);
        Assert.Equal(BatchStarter.OperationId("mail/announced.jsonl", etag), taken.Id);
    }
}
