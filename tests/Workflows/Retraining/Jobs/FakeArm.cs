using System.Collections.Concurrent;
using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Understudy.Workflows.Retraining.Jobs;

namespace Understudy.Workflows.Tests.Retraining.Jobs;

/// <summary>The resource manager on a loopback port: takes starts and stops of one job.</summary>
internal sealed class FakeArm : IAsyncDisposable
{
    public const string Job = "/subscriptions/s1/resourceGroups/g1/providers/Microsoft.App/jobs/trainer";

    private readonly WebApplication _app;
    private int _started;

    private FakeArm(WebApplication app) => _app = app;

    /// <summary>What it was asked, <c>POST path?query</c>.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public ConcurrentQueue<string> Tokens { get; } = new();

    /// <summary>Told of every execution's name; what the job does.</summary>
    public Func<string, Task> OnStart { get; set; } = _ => Task.CompletedTask;

    /// <summary>Other than 200, it refuses.</summary>
    public int Status { get; set; } = 200;

    public int Starts => Asked.Count(asked => asked.Contains("/start?", StringComparison.Ordinal));

    public static async Task<FakeArm> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var arm = new FakeArm(app);
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("{**path}", (Delegate)arm.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return arm;
    }

    /// <summary>Calls to Azure's address come here.</summary>
    public ArmClientOptions Client()
    {
        var address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return new() { Transport = new HttpClientTransport(new HttpClient(new Detour(address))), Retry = { MaxRetries = 0 } };
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> AnswerAsync(HttpContext http)
    {
        Asked.Enqueue($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}");
        Tokens.Enqueue(http.Request.Headers.Authorization.ToString());
        if (Status != 200)
        {
            return Results.Json(new { error = new { code = "AuthorizationFailed", message = "The client does not have authorization." } }, statusCode: Status);
        }

        if (!http.Request.Path.Value!.EndsWith("/start", StringComparison.Ordinal))
        {
            return Results.StatusCode((int)HttpStatusCode.Accepted);
        }

        var name = $"trainer-{Interlocked.Increment(ref _started)}";
        await OnStart(name);
        return Results.Json(new { name, id = $"{Job}/executions/{name}" });
    }

    private sealed class Detour(Uri address) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal("https://management.azure.com", request.RequestUri!.GetLeftPart(UriPartial.Authority));
            request.RequestUri = new(address, request.RequestUri.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>A token that says for what it was asked.</summary>
internal sealed class FakeCredential : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new($"for {string.Join(' ', requestContext.Scopes)}", DateTimeOffset.MaxValue);

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
}
