using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Understudy.Workflows.Blobs;

namespace Understudy.Functions.Storage;

/// <summary>
/// Makes the product's containers before the first call to an account that no template has prepared: Azurite, under Core Tools. A start
/// asks nothing of the storage; a failure is the caller's, and the next call tries again.
/// </summary>
internal sealed class ContainersOnFirstUse(string connectionString) : HttpPipelinePolicy
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile bool _made;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (!_made)
        {
            MakeAsync(message.CancellationToken).GetAwaiter().GetResult();
        }

        ProcessNext(message, pipeline);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (!_made)
        {
            await MakeAsync(message.CancellationToken);
        }

        await ProcessNextAsync(message, pipeline);
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_made)
            {
                await BlobContainers.EnsureAsync(new BlobServiceClient(connectionString), cancellationToken);
                _made = true;
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}
