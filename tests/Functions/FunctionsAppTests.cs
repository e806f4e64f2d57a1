using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Azure.Storage.Blobs;
using Understudy.Workflows.Events;

namespace Understudy.Functions.Tests;

public class FunctionsAppTests
{
    [Fact]
    public void AddUnderstudyFunctions_EachFunction_CanBeMade()
    {
        using var services = Build(("AzureWebJobsStorage__accountName", "stage"));
        using var scope = services.CreateScope();

        var classes = FunctionCatalog.All.Select(f => f.Method.DeclaringType!).Distinct().ToList();

        Assert.Equal(12, classes.Count);
        Assert.All(classes, c => ActivatorUtilities.CreateInstance(scope.ServiceProvider, c));
    }

    [Fact]
    public void Storage_AccountName_IsReachedByIdentityAtItsOwnAddress()
    {
        using var services = Build(("AzureWebJobsStorage__accountName", "stage"));

        Assert.Equal("https://stage.blob.core.windows.net/", services.GetRequiredService<BlobServiceClient>().Uri.AbsoluteUri);
    }

    [Fact]
    public void Storage_ConnectionString_IsTaken()
    {
        using var services = Build(("AzureWebJobsStorage", "UseDevelopmentStorage=true"));

        Assert.Equal("devstoreaccount1", services.GetRequiredService<BlobServiceClient>().AccountName);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("UseDevelopmentStorage=true", "stage")]
    public void Storage_NeitherOrBoth_StopsTheStart(string? connection, string? account)
    {
        using var services = Build(("AzureWebJobsStorage", connection), ("AzureWebJobsStorage__accountName", account));

        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains("AzureWebJobsStorage__accountName", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Topic_NoEndpoint_AnnouncesNothing()
    {
        using var services = Build();

        Assert.Null(await services.GetRequiredService<EventTopic>()(CancellationToken.None));
    }

    [Fact]
    public async Task Topic_Endpoint_GetsOnePublisher()
    {
        using var services = Build(("EventGrid__TopicEndpoint", "https://stage.example/api/events"));
        var topic = services.GetRequiredService<EventTopic>();

        Assert.NotNull(await topic(CancellationToken.None));
        Assert.Same(await topic(CancellationToken.None), await topic(CancellationToken.None));
    }

    [Fact]
    public void Topic_NotHttps_StopsTheStart()
    {
        using var services = Build(("AzureWebJobsStorage__accountName", "stage"), ("EventGrid__TopicEndpoint", "http://stage.example"));

        Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
    }

    [Fact]
    public void Bodies_AreLimitedByWhoReadsThem()
    {
        using var services = Build();

        Assert.Null(services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxRequestBodySize);
    }

    /// <summary>Composes the app under settings written as the environment writes them.</summary>
    private static ServiceProvider Build(params (string Name, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name.Replace("__", ":", StringComparison.Ordinal), s.Value)))
            .Build();
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging()
            .AddUnderstudyFunctions()
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }
}
