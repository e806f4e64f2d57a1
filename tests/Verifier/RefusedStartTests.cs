using System.Net;
using System.Net.Sockets;
using Understudy.Tests;

namespace Understudy.Verifier.Tests;

public sealed class RefusedStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("--Limits:BodyBytes=abc", "'abc' at 'Limits:BodyBytes'")]
    [InlineData("--Limits:BodyBytes=-1", "BodyBytes must be between")]
    [InlineData("--Limits:Foo=1", "--Limits:Foo: not known. Limits has BodyBytes, ")]
    [InlineData("extra", "extra: not known. Use --urls, --grpc, --models, or a setting such as")]
    public async Task Start_ArgumentCannotBe_IsToldInOneLine(string argument, string message) => (await StartAsync("http://127.0.0.1:0", argument)).AssertRefused(message);

    [Fact]
    public async Task Start_PortTaken_IsToldInOneLine()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        (await StartAsync($"http://{taken.LocalEndpoint}")).AssertRefused($"--urls or --grpc: Failed to bind to address http://{taken.LocalEndpoint}: address already in use.");
    }

    public void Dispose() => _folder.Dispose();

    private Task<EndedHost> StartAsync(string grpc, params string[] args) =>
        EndedHost.RunAsync(typeof(VerifierSettings), ["--urls", "http://127.0.0.1:0", "--grpc", grpc, "--models", Directory.CreateDirectory(_folder.At("models")).FullName, .. args]);
}
