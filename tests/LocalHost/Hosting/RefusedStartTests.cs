using System.Net;
using System.Net.Sockets;
using Understudy.Tests;

namespace Understudy.LocalHost.Tests.Hosting;

public sealed class RefusedStartTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public async ValueTask InitializeAsync() => await TestModels.WriteAsync(_folder.At("models"));

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }

    [Theory]
    [InlineData("--Limits:BodyBytes=abc", "'abc' at 'Limits:BodyBytes'")]
    [InlineData("--Limits:BodyBytes=-1", "BodyBytes must be between")]
    public async Task Start_SettingCannotBe_IsToldInOneLine(string setting, string message)
    {
        var host = await StartAsync("http://127.0.0.1:0", setting);

        host.AssertRefused(message);
        Assert.Empty(host.Output);
    }

    [Fact]
    public async Task Start_PortTaken_IsToldInOneLine()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var host = await StartAsync($"http://{taken.LocalEndpoint}");

        host.AssertRefused($"--urls: Failed to bind to address http://{taken.LocalEndpoint}: address already in use. Stop what listens there");
        Assert.Empty(host.Output);
    }

    private Task<EndedHost> StartAsync(string url, params string[] args) =>
        EndedHost.RunAsync(typeof(LocalHostSettings), ["--urls", url, "--data", _folder.At("data"), "--models", _folder.At("models"), .. args]);
}
