using Understudy.Tests;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Tests.Blobs;

public sealed class ClaimCheckTests(TestHost host)
{
    // A JSON string has two quotes around it.
    [Theory]
    [InlineData(ClaimCheck.InlineBytes - 2, true)]
    [InlineData(ClaimCheck.InlineBytes - 1, false)]
    public async Task CheckIn_AtTheLimit_OnlySmallValuesTravelInline(int characters, bool inline)
    {
        var claims = host.Service<ClaimCheck>();
        var value = new string('x', characters);

        var claim = await claims.CheckInAsync($"tests/{characters}.json", value, CancellationToken.None);

        Assert.Equal(inline, claim.Value is not null);
        Assert.Equal(value, await claims.RedeemAsync(claim, CancellationToken.None));
    }
}
