using System.Text;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Tests.Blobs;

public sealed class LineFillTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("a\nb\n", "", "a\nb\n")]
    [InlineData("\na\n\n", "1\n2\n", "1\na\n2\n")]
    [InlineData("\n\n", "1\n2\n", "1\n2\n")]
    [InlineData("\na\n\n", "\n2\n", "a\n2\n")]
    public void Fill_APlaceForEachLine_PutsThemThereInOrder(string lines, string missing, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(LineFill.Fill(Encoding.UTF8.GetBytes(lines), Encoding.UTF8.GetBytes(missing))));

    [Theory]
    [InlineData("\n", "")]
    [InlineData("\na\n", "1\n2\n")]
    [InlineData("a\n", "1\n")]
    public void Fill_MoreOrFewerPlacesThanLines_Throws(string lines, string missing) =>
        Assert.Throws<InvalidDataException>(() => LineFill.Fill(Encoding.UTF8.GetBytes(lines), Encoding.UTF8.GetBytes(missing)));
}
