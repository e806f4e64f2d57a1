using Understudy.Functions.Durable;

namespace Understudy.Functions.Tests.Durable;

public class DurableVersionTests
{
    // So the host compares them; what does not parse it compares as texts, and "9" is greater than "10" there.
    [Fact]
    public void Write_EachVersion_IsLessThanTheNextAsTheHostComparesThem()
        => Assert.All(Enumerable.Range(1, 12), n => Assert.True(Version.Parse(DurableVersion.Write(n).Version) < Version.Parse(DurableVersion.Write(n + 1).Version)));

    [Fact]
    public void Read_WhatWasWritten_IsThatVersion()
        => Assert.All(Enumerable.Range(1, 12), n => Assert.Equal(n, DurableVersion.Read(DurableVersion.Write(n).Version)));

    [Theory]
    [InlineData(null, 1)]
    [InlineData("", 1)]
    [InlineData("0.0", 1)]
    [InlineData("next", 1)]
    [InlineData("6", 6)]
    public void Read_WhatWasNotWrittenHere_IsItsWholeNumberOrTheFirst(string? version, int expected) => Assert.Equal(expected, DurableVersion.Read(version));
}
