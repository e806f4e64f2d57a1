using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Understudy.Edge.Tests.Reports;

/// <summary>A storage account that takes what is put there, or swallows it and never answers.</summary>
internal sealed class FakeStorage : IAsyncDisposable
{
    private readonly WebApplication _app = WebApplication.CreateSlimBuilder().Build();

    public bool Swallows { get; set; }

    /// <summary>What was put there and answered, by its path.</summary>
    public ConcurrentDictionary<string, string> Blobs { get; } = [];

    /// <summary>Told of each attempt that is swallowed.</summary>
    public Action OnSwallow { get; set; } = () => { };

    public string ConnectionString => $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint={_app.Urls.First()}/a;";

    public static async Task<FakeStorage> StartAsync()
    {
        var storage = new FakeStorage();
        storage._app.Urls.Add("http://127.0.0.1:0");
        storage._app.Run(storage.TakeAsync);
        await storage._app.StartAsync(TestContext.Current.CancellationToken);
        return storage;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        if (Swallows)
        {
            OnSwallow();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        using var reader = new StreamReader(context.Request.Body);
        Blobs[context.Request.Path] = await reader.ReadToEndAsync(context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.ETag = "\"0x1\"";
        context.Response.Headers.LastModified = "Thu, 01 Jan 1970 00:00:00 GMT";
    }
}
