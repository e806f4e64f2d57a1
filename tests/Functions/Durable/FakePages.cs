using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Understudy.Functions.Tests.Durable;

/// <summary>Instances in pages of two.</summary>
internal sealed class FakePages(IEnumerable<OrchestrationMetadata> instances) : AsyncPageable<OrchestrationMetadata>
{
    public override IAsyncEnumerable<Page<OrchestrationMetadata>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
        => instances.Chunk(2).Select(page => new Page<OrchestrationMetadata>(page)).ToAsyncEnumerable();
}
