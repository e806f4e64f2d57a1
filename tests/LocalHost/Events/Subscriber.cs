using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Understudy.LocalHost.Tests.Events;

/// <summary>A listener that takes events, and refuses as many as it is told to first.</summary>
internal sealed class Subscriber : IAsyncDisposable
{
    private readonly Channel<BinaryData> _taken = Channel.CreateUnbounded<BinaryData>();
    private readonly WebApplication _app;
    private int _refusals;

    private Subscriber(int refusals)
    {
        _refusals = refusals;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/events", async request =>
        {
            if (Interlocked.Decrement(ref _refusals) >= 0)
            {
                request.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            await _taken.Writer.WriteAsync(await BinaryData.FromStreamAsync(request.Request.Body));
        });
    }

    public string Address => $"{_app.Urls.First()}/events";

    public bool HasMore => _taken.Reader.TryPeek(out _);

    public static async Task<Subscriber> StartAsync(int refusals)
    {
        var subscriber = new Subscriber(refusals);
        await subscriber._app.StartAsync();
        return subscriber;
    }

    public async Task<BinaryData> NextAsync() => await _taken.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
