"""What every paper is made with: workbook, CSV, folder, manifest, read-back, protection."""
