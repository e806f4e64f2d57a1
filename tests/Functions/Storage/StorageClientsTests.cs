using System.Net;
using System.Net.Sockets;
using Azure;
using Azure.Identity;
using Understudy.Functions.Storage;
using Understudy.Workflows.Blobs;

namespace Understudy.Functions.Tests.Storage;

public class StorageClientsTests
{
    [Fact]
    public async Task Create_AConnectionString_MakesTheContainersBeforeTheFirstCallAndOnlyThen()
    {
        using var account = new Account();
        var client = StorageClients.Create(new StorageOptions { ConnectionString = account.ConnectionString }, new DefaultAzureCredential());

        Assert.Empty(account.Asked);
        await client.GetBlobContainerClient("batches").GetBlobClient("a").ExistsAsync();
        await client.GetBlobContainerClient("batches").GetBlobClient("b").ExistsAsync();

        Assert.Equal([.. BlobContainers.All.Select(name => $"PUT /stage/{name}"), "HEAD /stage/batches/a", "HEAD /stage/batches/b"], account.Asked);
    }

    [Fact]
    public async Task Create_AnAccountThatIsAway_TriesAgainAtTheNextCall()
    {
        using var account = new Account { Status = HttpStatusCode.Forbidden };
        var client = StorageClients.Create(new StorageOptions { ConnectionString = account.ConnectionString }, new DefaultAzureCredential());
        var blob = client.GetBlobContainerClient("batches").GetBlobClient("a");

        await Assert.ThrowsAsync<RequestFailedException>(() => blob.ExistsAsync());
        account.Status = HttpStatusCode.Created;
        await blob.ExistsAsync();

        Assert.Equal(BlobContainers.All.Count + 2, account.Asked.Count);
    }

    /// <summary>A storage account that says yes to everything, on a free port.</summary>
    private sealed class Account : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly int _port = FreePort();

        public Account()
        {
            _listener.Prefixes.Add($"http://127.0.0.1:{_port}/");
            _listener.Start();
            _ = AnswerAsync();
        }

        public List<string> Asked { get; } = [];

        public HttpStatusCode Status { get; set; } = HttpStatusCode.Created;

        public string ConnectionString =>
            $"DefaultEndpointsProtocol=http;AccountName=stage;AccountKey={Convert.ToBase64String(new byte[32])};BlobEndpoint=http://127.0.0.1:{_port}/stage";

        public void Dispose() => _listener.Close();

        private async Task AnswerAsync()
        {
            while (_listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return; // closed
                }

                Asked.Add($"{context.Request.HttpMethod} {context.Request.Url!.AbsolutePath}");
                context.Response.StatusCode = context.Request.HttpMethod == "HEAD" ? 200 : (int)Status;
                context.Response.Close();
            }
        }

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
