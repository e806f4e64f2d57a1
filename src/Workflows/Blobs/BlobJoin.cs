using System.Buffers.Binary;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Understudy.Workflows.Blobs;

/// <summary>
/// Writes a blob out of pieces so that it appears as a whole or, if it is not committed, not at all: what fits into one block by a
/// single request, more as blocks that become the blob together.
/// </summary>
internal sealed class BlobJoin(BlockBlobClient blob, BlobHttpHeaders headers) : IAsyncDisposable
{
    private const int BlockBytes = 4 * 1024 * 1024;

    private readonly MemoryStream _block = new();
    private readonly List<string> _staged = [];

    public async Task AddAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (_block.Length > 0 && _block.Length + piece.Length > BlockBytes)
        {
            await StageAsync(cancellationToken);
        }

        _block.Write(piece.Span);
    }

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_staged.Count == 0)
        {
            _block.Position = 0;
            await blob.UploadAsync(_block, new BlobUploadOptions { HttpHeaders = headers }, cancellationToken);
            return;
        }

        await StageAsync(cancellationToken);
        await blob.CommitBlockListAsync(_staged, new CommitBlockListOptions { HttpHeaders = headers }, cancellationToken);
    }

    public ValueTask DisposeAsync() => _block.DisposeAsync();

    private async Task StageAsync(CancellationToken cancellationToken)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, _staged.Count);
        var id = Convert.ToBase64String(number);
        _block.Position = 0;
        await blob.StageBlockAsync(id, _block, cancellationToken: cancellationToken);
        _staged.Add(id);
        _block.SetLength(0);
    }
}
