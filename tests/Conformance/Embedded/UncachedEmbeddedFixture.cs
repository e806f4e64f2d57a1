using Understudy.LocalHost.Durable;

namespace Understudy.Conformance.Tests.Embedded;

/// <summary>The embedded engine forgetting every instance after every event, so that each event is preceded by a full replay.</summary>
public sealed class UncachedEmbeddedFixture : EmbeddedFixture
{
    private protected override void Configure(EmbeddedDurableOptions options)
    {
        options.MaxCachedInstances = 0;
        options.MaxBatch = 1;
    }
}
