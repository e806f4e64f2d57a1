using System.Collections.Concurrent;
using System.Net;
using Azure;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Functions.Intake;
using Understudy.Functions.Tests.Durable;
using Understudy.Inference.Releases;

namespace Understudy.Functions.Tests.Intake;

public sealed class ReconcileFunctionTests : IDisposable
{
    private readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("understudy-");

    public void Dispose() => _models.Delete(recursive: true);

    [Fact]
    public async Task Run_LookingForBlobsFails_StillLetsOldLessonsGoAndFails()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_models.CreateSubdirectory("mail").FullName, "task.json"), """{"name":"mail","kind":"classification","labels":["ham","spam"]}""", TestContext.Current.CancellationToken);
        using var storage = new AwayStorage();
        var account = new BlobServiceClient(
            new Uri("https://stage.blob.core.windows.net"), new BlobClientOptions { Retry = { MaxRetries = 0 }, Transport = new HttpClientTransport(storage) });
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("AzureWebJobsStorage:accountName", "stage")]).Build())
            .AddLogging().AddUnderstudyFunctions().AddSingleton(account).AddSingleton(new ReleaseCatalog(_models.FullName)).BuildServiceProvider();
        var function = ActivatorUtilities.CreateInstance<ReconcileFunction>(services);

        var failure = await Assert.ThrowsAsync<AggregateException>(() => function.RunAsync(new TimerInfo(), new FakeTaskClient(), new FakeFunctionContext()));

        Assert.IsType<RequestFailedException>(Assert.Single(failure.InnerExceptions));
        Assert.Contains(storage.Asked, path => path.StartsWith("/teacher-outputs", StringComparison.Ordinal));
    }

    /// <summary>A storage that is away.</summary>
    private sealed class AwayStorage : HttpMessageHandler
    {
        public ConcurrentQueue<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Enqueue(request.RequestUri!.AbsolutePath);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
        }
    }
}
